import { errnoOf, isRefused, type FileFacts, type FilePort } from './file-port.js';

/** @returns false when this file system, or the path between these two folders, knows no hard links */
export async function tryLink(port: FilePort, existing: string, created: string): Promise<boolean> {
  try {
    await port.link(existing, created);
    return true;
  } catch (error) {
    if (isRefused(error)) return false;
    // NFS repeats a call whose answer was lost, and then finds what the first one had made.
    if (errnoOf(error) === 'EEXIST' && (await areOneFile(port, existing, created))) return true;
    throw error;
  }
}

/** Whether two paths are two names of one file, as far as inode numbers tell it here. */
export async function areOneFile(port: FilePort, one: string, other: string): Promise<boolean> {
  const [first, second] = [await port.lstat(one), await port.lstat(other)];
  return first !== null && first.inode === second?.inode;
}

/** Whether two looks at one path saw the same file, unchanged. Only for looks moments apart: inodes change at a remount. */
export function isUnchanged(was: FileFacts | null, now: FileFacts | null): boolean {
  return was?.inode === now?.inode && was?.size === now?.size && was?.mtimeNs === now?.mtimeNs;
}
