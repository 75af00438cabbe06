import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeFilePort } from '../replace/file-port.js';
import { writeProbe } from './reach-probe.js';

const port = new NodeFilePort();
const HOUR = 3_600_000;

let library: string;
beforeEach(async () => {
  library = await mkdtemp(path.join(tmpdir(), 'boilarr-reach-'));
});
afterEach(() => rm(library, { recursive: true }));

const film = () => writeFile(path.join(library, 'a.mkv'), 'x');
const inTrash = () => readdir(path.join(library, '.boilarr-trash'));

describe('writeProbe', () => {
  it('leaves a file that nobody can guess, where media servers do not look, until it is removed', async () => {
    await film();
    const [one, two] = [
      await writeProbe(port, library, Date.now()),
      await writeProbe(port, library, Date.now()),
    ];
    expect(one.file).toMatch(/^\.boilarr-trash\/reach-/);
    expect(await readFile(path.join(library, one.file), 'utf8')).toBe(one.content);
    expect(one.content).toMatch(/^[0-9a-f]{32}$/);
    expect(two.content).not.toBe(one.content);
    await one.remove();
    await one.remove();
    await two.remove();
    expect((await inTrash()).sort()).toEqual(['.ignore', '.nomedia', '.plexignore']);
  });

  it('clears away what servers have left that died, and nothing else', async () => {
    await film();
    await (await writeProbe(port, library, Date.now())).remove();
    const names = ['reach-0123456789abcdef', 'reach-fedcba9876543210', 'reach-notes.txt'];
    for (const name of names) await writeFile(path.join(library, '.boilarr-trash', name), '');
    const old = new Date(Date.now() - HOUR);
    for (const name of [names[0]!, names[2]!])
      await utimes(path.join(library, '.boilarr-trash', name), old, old);
    await (await writeProbe(port, library, Date.now())).remove();
    const left = await inTrash();
    expect(left).not.toContain(names[0]);
    expect(left).toEqual(expect.arrayContaining([names[1], names[2]]));
  });

  it('writes nothing below a mount point that nothing is mounted at', async () => {
    await expect(writeProbe(port, library, Date.now())).rejects.toThrow(/is empty.*mounted/);
    expect(await readdir(library)).toEqual([]);
    await mkdir(path.join(library, 'lost+found'));
    await expect(writeProbe(port, library, Date.now())).rejects.toThrow(/mounted/);
    expect(await readdir(library)).toEqual(['lost+found']);
  });

  it('writes nothing through a trash that leads elsewhere', async () => {
    await film();
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'boilarr-elsewhere-'));
    await symlink(elsewhere, path.join(library, '.boilarr-trash'));
    await expect(writeProbe(port, library, Date.now())).rejects.toThrow();
    expect((await readdir(elsewhere)).filter((name) => name.startsWith('reach-'))).toEqual([]);
    await rm(elsewhere, { recursive: true });
  });

  it('writes nothing where there is no such folder', async () => {
    await rm(library, { recursive: true });
    await expect(writeProbe(port, library, Date.now())).rejects.toThrow(/not there.*mounted/);
    await mkdir(library);
  });
});
