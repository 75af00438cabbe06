import path from 'node:path';
import { errnoOf, type FilePort } from './file-port.js';
import { Refusal } from './replace-failure.js';

/**
 * Makes sure that a folder really lies inside the library: reached without a symbolic link on the way, except
 * for the library's own path, which may be one.
 * @throws Refusal `outside_library`, or `library_missing`, which may be different when the share is back
 */
export async function confine(port: FilePort, libraryPath: string, folder: string): Promise<void> {
  const inside = path.relative(libraryPath, folder);
  if (inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside)) {
    throw new Refusal({ code: 'outside_library', message: `${folder} is not inside ${libraryPath}` });
  }
  try {
    const [root, real] = [await port.realpath(libraryPath), await port.realpath(folder)];
    if (real === path.join(root, inside)) return;
    throw new Refusal({ code: 'outside_library', message: `${folder} leads to ${real} by a symbolic link` });
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) throw error;
    throw libraryMissing(folder);
  }
}

export function libraryMissing(folder: string): Refusal {
  const message = `the folder ${folder} is not there; is the disk or the share mounted? Nothing was changed, and it is tried again`;
  return new Refusal({ code: 'library_missing', message }, 'defer');
}
