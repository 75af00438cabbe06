import { FOLDER_FILE } from '../../profiles/folder-file.js';
import type { WalkFileSystem } from './file-system.port.js';
import { IGNORE_FILE } from './ignore-rules.js';
import type { KnownFiles } from './known-files.js';

/** @param file path inside the library, with `/` */
function placeOf(file: string): { directory: string; name: string } {
  const slash = file.lastIndexOf('/');
  return { directory: slash < 0 ? '' : file.slice(0, slash), name: file.slice(slash + 1) };
}

/** A folder of the walk, inside the library. */
function insideOf(root: string, folder: string): string {
  return folder.slice(root.length).replace(/^\/+|\/+$/g, '');
}

/** Whether a folder lies on the way to a file, or is its own. */
function isOnTheWay(directory: string, file: string): boolean {
  return directory === '' || file.startsWith(`${directory}/`);
}

/**
 * The disk as a walk for one file sees it: the folders on the way to it, and what rules over them. It takes as many looks into a folder as
 * the file lies deep, however large the library is.
 * @param file path inside the library, with `/`
 */
export function onlyFileOnDisk(fs: WalkFileSystem, root: string, file: string): WalkFileSystem {
  return {
    ...fs,
    entries: (folder) => {
      const directory = insideOf(root, folder);
      const [next] = file.slice(directory === '' ? 0 : directory.length + 1).split('/');
      return fs
        .entries(folder)
        .filter(({ name }) => name === next || name === IGNORE_FILE || name === FOLDER_FILE);
    },
  };
}

/** The database as such a walk is compared with it: nothing else can be found missing. */
export function onlyFileKnown(known: KnownFiles, file: string): KnownFiles {
  const { directory, name } = placeOf(file);
  return {
    any: () => false,
    inFolder: (folder) =>
      folder === directory ? known.inFolder(folder).filter((row) => row.name === name) : [],
    nextFolder: () => null,
    lookalikes: (...identity) => known.lookalikes(...identity),
    folderProfiles: () => new Map([...known.folderProfiles()].filter(([folder]) => isOnTheWay(folder, file))),
  };
}
