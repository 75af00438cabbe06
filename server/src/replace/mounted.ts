import { errnoOf, type FilePort } from './file-port.js';

/** What a folder may hold where nothing is mounted: hidden names, as of a trash that was made there, and ext's own folder. */
const saysNothing = (name: string) => name.startsWith('.') || name === 'lost+found';

/**
 * Whether a folder is there and holds something that says so: an empty folder is what a mount point looks like.
 * @param ours a name that we may have made there ourselves, and that therefore says nothing
 * @throws the file system's error, but for a folder that is not there
 */
export async function holdsAnything(port: FilePort, folder: string, ours?: string): Promise<boolean> {
  try {
    return !(await port.readdir(folder)).every((name) => name === ours || saysNothing(name));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}
