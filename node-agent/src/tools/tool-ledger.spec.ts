import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTimeOf, ToolLedger } from './tool-ledger.js';

let folder: string;
const pids: number[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-ledger-'));
});
afterEach(async () => {
  for (const pid of pids.splice(0)) if (startTimeOf(pid) !== null) process.kill(-pid, 'SIGKILL');
  await rm(folder, { recursive: true });
});

function survivor() {
  const child = execa('sleep', ['60'], { detached: true, cleanup: false, stdio: 'ignore', reject: false });
  const pid = child.pid ?? 0;
  pids.push(pid);
  return { pid, ended: child };
}
const files = () => readdir(path.join(folder, 'tools')).catch(() => []);

describe.runIf(process.platform === 'linux')('ToolLedger', () => {
  it('ends what an earlier agent left running, once', async () => {
    const { pid, ended } = survivor();
    new ToolLedger(folder).started(pid);
    expect(await new ToolLedger(folder).endSurvivors()).toEqual([pid]);
    expect((await ended).signal).toBe('SIGKILL');
    expect(await files()).toEqual([]);
    expect(await new ToolLedger(folder).endSurvivors()).toEqual([]);
  });

  it.each<[string, (noted: string) => string]>([
    ['another process that got its id', (noted) => noted.replace(/\d+\n$/, '1\n')],
    ['a process of another boot', (noted) => noted.replace(/^\S+/, '00000000-0000-0000-0000-000000000000')],
    ['what a file does not say in full', () => ''],
  ])('leaves %s alone', async (_name, change) => {
    const { pid } = survivor();
    const ledger = new ToolLedger(folder);
    ledger.started(pid);
    const file = path.join(folder, 'tools', String(pid));
    await writeFile(file, change(await readFile(file, 'utf8')));
    expect(await ledger.endSurvivors()).toEqual([]);
    expect(startTimeOf(pid)).not.toBeNull();
    expect(await files()).toEqual([]);
  });

  it('forgets a tool that has ended, and knows nothing of one that never ran', async () => {
    const ledger = new ToolLedger(folder);
    const { pid } = survivor();
    ledger.started(pid);
    await ledger.ended(pid);
    ledger.started(2 ** 22 + 1);
    expect(await files()).toEqual([]);
    expect(await ledger.endSurvivors()).toEqual([]);
  });
});
