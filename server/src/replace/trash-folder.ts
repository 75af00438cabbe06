import path from 'node:path';
import { confine } from './confine.js';
import { errnoOf, type FileFacts, type FilePort } from './file-port.js';
import { TRASH_FOLDER } from './names.js';

/** What keeps Jellyfin and Emby, Plex, and Android's media scanner out of the trash. */
const MARKERS: Readonly<Record<string, string>> = { '.ignore': '', '.plexignore': '*\n', '.nomedia': '' };

/** Folders of one library that one sweep may look into, so that a strange trash cannot hold it up for hours. */
const MAX_FOLDERS = 10_000;
const DAY_MS = 24 * 3600 * 1000;
const DAY = /^\d{4}-\d\d-\d\d$/;

async function makeFolder(port: FilePort, folder: string, like: FileFacts): Promise<boolean> {
  try {
    await port.mkdir(folder, like);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Makes the folder that a trash path lies in, and the trash itself with its markers when it is the first entry.
 * All of it is durable when this returns. Permissions are those of the library's own folder.
 * @throws Refusal when a symbolic link leads out of the library; the file system's error
 */
export async function ensureTrashFolder(
  port: FilePort,
  libraryPath: string,
  trashPath: string,
): Promise<void> {
  const like = await port.lstat(await port.realpath(libraryPath));
  if (like === null) throw new Error(`the library's folder ${libraryPath} has gone`);
  const folder = path.dirname(trashPath);
  const parts = path.relative(libraryPath, folder).split(path.sep);
  let current = libraryPath;
  const changed: string[] = [];
  for (const part of parts) {
    const parent = current;
    current = path.join(current, part);
    if (await makeFolder(port, current, like)) changed.push(parent);
    if (part === TRASH_FOLDER && parent === libraryPath && (await addMarkers(port, current)))
      changed.push(current);
  }
  await confine(port, libraryPath, folder);
  for (const parent of new Set(changed.reverse())) await port.syncFolder(parent);
}

async function addMarkers(port: FilePort, trash: string): Promise<boolean> {
  let added = false;
  for (const [name, content] of Object.entries(MARKERS)) {
    const marker = path.join(trash, name);
    if ((await port.lstat(marker)) !== null) continue;
    try {
      await port.createNew(marker, content, 0o644);
    } catch (error) {
      // Another replacement of this library has been faster.
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
    added = true;
  }
  return added;
}

/**
 * True for a day's folder that no replacement under way puts anything into: it has the name of the day on which
 * the replacement began, and a folder that was just made for it must not vanish.
 */
function isOver(day: string, now: number): boolean {
  return DAY.test(day) && day < new Date(now - 2 * DAY_MS).toISOString().slice(0, 10);
}

/** Removes a folder of the trash and those above it, up to the trash itself, as far as they are empty. Never throws. */
export async function removeEmptyParents(
  port: FilePort,
  trash: string,
  folder: string,
  now: number,
): Promise<void> {
  if (!isOver(path.relative(trash, folder).split(path.sep)[0] ?? '', now)) return;
  try {
    for (let current = folder; current !== trash; current = path.dirname(current)) await port.rmdir(current);
  } catch {
    // Not empty, or not now: the sweep comes by again.
  }
}

/**
 * Removes the folders of days of which nothing is held any more, as far as nothing lies in them.
 * @param now ms since the epoch
 * @param isUsed whether anything is still held that was put into the trash on the day that begins then (ms)
 * @throws the file system's error
 */
export async function removeEmptyDays(
  port: FilePort,
  libraryPath: string,
  now: number,
  isUsed: (from: number) => Promise<boolean>,
): Promise<void> {
  const trash = path.join(libraryPath, TRASH_FOLDER);
  if ((await port.lstat(trash))?.kind !== 'folder') return;
  const budget = { folders: MAX_FOLDERS };
  for (const day of await port.readdir(trash)) {
    if (isOver(day, now) && !(await isUsed(Date.parse(day)))) {
      await removeEmptyTree(port, path.join(trash, day), budget);
    }
  }
}

async function removeEmptyTree(port: FilePort, folder: string, budget: { folders: number }): Promise<void> {
  budget.folders -= 1;
  // A link is no folder of ours, wherever it leads.
  if (budget.folders < 0 || (await port.lstat(folder))?.kind !== 'folder') return;
  for (const name of await port.readdir(folder)) await removeEmptyTree(port, path.join(folder, name), budget);
  await port.rmdir(folder).catch((error: unknown) => {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) throw error;
  });
}
