import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { WorkLock, type LockOptions } from './work-lock.js';

let folder: string;
let said: string[];
let options: LockOptions;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-lock-'));
  said = [];
  options = {
    signal: new AbortController().signal,
    onWait: (problem) => said.push(problem),
    onUnlockable: (problem) => said.push(problem),
    waitMs: 0,
  };
});
afterEach(() => rm(folder, { recursive: true }));

/** A process that holds the lock until it is killed, with nothing but what the system has. */
async function another() {
  const program = `
    const { DatabaseSync } = require('node:sqlite');
    const { writeFileSync } = require('node:fs');
    new DatabaseSync('agent.lock').exec('BEGIN EXCLUSIVE');
    writeFileSync('agent.holder', 'process ' + process.pid + ' on attic');
    process.stdout.write('held');
    setInterval(() => undefined, 1000);`;
  const child = execa(process.execPath, ['--eval', program], { cwd: folder, reject: false, stdin: 'ignore' });
  const kill = async () => {
    child.kill('SIGKILL');
    await child;
  };
  onTestFinished(kill);
  await Promise.race([once(child.stdout, 'data'), child.then(({ stderr }) => expect.unreachable(stderr))]);
  return { pid: child.pid, kill };
}

describe('WorkLock', () => {
  it('keeps a second agent out, and says who is there and what to do', async () => {
    const { pid } = await another();
    await expect(WorkLock.take(folder, options)).rejects.toThrow(
      new RegExp(`^another agent works in ${folder}, process ${pid} on attic: end that one, .*--work`),
    );
    await expect(WorkLock.take(folder, options)).rejects.toMatchObject({ exitCode: 5 });
  });

  it('takes over at once what a killed agent has held', async () => {
    await (await another()).kill();
    const lock = await WorkLock.take(folder, options);
    expect(said).toEqual([]);
    expect(await readFile(path.join(folder, 'agent.holder'), 'utf8')).toMatch(`process ${process.pid} on `);
    lock.release();
  });

  it('waits for one that is about to end, and says so once', async () => {
    const { kill } = await another();
    const lock = await WorkLock.take(folder, {
      ...options,
      waitMs: 60_000,
      onWait: (problem) => {
        said.push(problem);
        void kill();
      },
    });
    lock.release();
    expect(said).toEqual([expect.stringContaining('waits for its end')]);
  });

  it('can be told to wait no longer', async () => {
    await another();
    const ending = new AbortController();
    const taken = WorkLock.take(folder, {
      ...options,
      ...{ signal: ending.signal, waitMs: 60_000 },
      onWait: () => {
        ending.abort();
      },
    });
    await expect(taken).rejects.toThrow(/abort/i);
  });

  it('is let go, also twice, and taken again by the same process, which cannot have it twice', async () => {
    const lock = await WorkLock.take(folder, options);
    await expect(WorkLock.take(folder, options)).rejects.toThrow(/another agent works/);
    lock.release();
    lock.release();
    // Nothing but the empty file that is locked.
    expect(await readdir(folder)).toEqual(['agent.lock']);
    expect((await stat(path.join(folder, 'agent.lock'))).size).toBe(0);
    (await WorkLock.take(folder, options)).release();
  });

  it('repeats nothing of a holder that it has not written itself', async () => {
    await another();
    await writeFile(path.join(folder, 'agent.holder'), 'process 1 on a\nb\u001b[31m');
    await expect(WorkLock.take(folder, options)).rejects.toThrow(`another agent works in ${folder}: end`);
  });

  it('works without where a lock cannot be had, and tells', async () => {
    await writeFile(path.join(folder, 'agent.lock'), 'not of SQLite, '.repeat(100));
    (await WorkLock.take(folder, options)).release();
    expect(said).toEqual([expect.stringMatching(/agent\.lock cannot be locked: /)]);
  });
});
