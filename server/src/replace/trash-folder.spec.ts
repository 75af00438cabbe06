import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { NodeFilePort } from './file-port.js';
import { ensureTrashFolder } from './trash-folder.js';

it('is made once by replacements that begin at one time', async () => {
  const library = await mkdtemp(path.join(tmpdir(), 'boilarr-trash-'));
  onTestFinished(() => rm(library, { recursive: true }));
  const trash = path.join(library, '.boilarr-trash');
  const entries = Array.from({ length: 8 }, (_, film) => path.join(trash, '2026-06-01', `${film}.mkv`));
  await Promise.all(entries.map((entry) => ensureTrashFolder(new NodeFilePort(), library, entry)));
  expect((await readdir(trash)).sort()).toEqual(['.ignore', '.nomedia', '.plexignore', '2026-06-01']);
  expect(await readFile(path.join(trash, '.plexignore'), 'utf8')).toBe('*\n');
});
