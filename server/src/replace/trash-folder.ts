import path from 'node:path';
import { confine } from './confine.js';
import { errnoOf, type FileFacts, type FilePort } from './file-port.js';
import { TRASH_FOLDER } from './names.js';

/** What keeps Jellyfin and Emby, Plex, and Android's media scanner out of the trash. */
const MARKERS: Readonly<Record<string, string>> = { '.ignore': '', '.plexignore': '*\n', '.nomedia': '' };

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
    await port.createNew(marker, content, 0o644);
    added = true;
  }
  return added;
}
