import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FieldException } from '../common/field-exception.js';
import { listFolders } from './folder-listing.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'boilarr-folders-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

describe('the folder picker', () => {
  it('lists folders alone, in the order that people expect', async () => {
    for (const name of ['Season 10', 'Season 2', 'a', '.hidden', '🎬']) await mkdir(path.join(root, name));
    await writeFile(path.join(root, 'file'), '');
    await symlink('a', path.join(root, 'link'));
    await symlink('nowhere', path.join(root, 'dangling'));
    await symlink('file', path.join(root, 'to-file'));
    const listing = await listFolders(`${root}/`);
    expect(listing).toMatchObject({ path: root, parent: path.dirname(root) });
    expect(listing.folders).toHaveLength(5);
    expect(listing.folders.indexOf('Season 2')).toBeLessThan(listing.folders.indexOf('Season 10'));
    expect(listing.folders).toEqual(expect.arrayContaining(['a', 'link', '🎬']));
  });

  it('knows nothing above the root, and gives a thousand at most', async () => {
    expect((await listFolders('/')).parent).toBeNull();
    for (let n = 0; n < 1003; n += 1) await mkdir(path.join(root, String(n)));
    expect((await listFolders(root)).folders).toHaveLength(1000);
  });

  it.each(['relative', '..', '', '/nul\0', '/nowhere/at/all', '/etc/passwd'])(
    'refuses %j',
    async (folder) => {
      await expect(listFolders(folder)).rejects.toBeInstanceOf(FieldException);
    },
  );
});
