import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FolderListing } from '#contracts';
import { FieldException } from '../common/field-exception.js';
import { errorCode, isAbsent } from '../scanner/walk/file-system.port.js';

const MAX_FOLDERS = 1000;

/**
 * The folders in a folder, for the picker. Hidden ones, and those whose names are not UTF-8, are left out; a
 * symbolic link counts when it leads to a folder.
 * @throws FieldException for `path` when it is not absolute, not a folder, or not readable
 */
export async function listFolders(folder: string): Promise<FolderListing> {
  const refuse = (errorMessage: string) => new FieldException([{ propertyName: 'path', errorMessage }]);
  if (folder.includes('\0')) throw refuse('must not contain a NUL character');
  if (!path.isAbsolute(folder)) throw refuse('must be an absolute path');
  const listed = path.resolve(folder);
  const entries = await readdir(listed, { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) throw refuse(`${listed} is not there, or is not a folder`);
    throw refuse(`${listed} could not be read (${errorCode(error)})`);
  });
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name.includes('\uFFFD')) continue;
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(path.join(listed, entry.name))))) {
      names.push(entry.name);
    }
  }
  const { compare } = new Intl.Collator('en', { numeric: true });
  const parent = path.dirname(listed);
  return {
    path: listed,
    parent: parent === listed ? null : parent,
    folders: names.sort(compare).slice(0, MAX_FOLDERS),
  };
}

async function isFolder(target: string): Promise<boolean> {
  return stat(target).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
