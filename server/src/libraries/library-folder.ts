import { access, constants, opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { FieldException } from '../common/field-exception.js';

function refuse(errorMessage: string): never {
  throw new FieldException([{ propertyName: 'path', errorMessage }]);
}

/** True when `inner` is `outer`, or lies in it. Both absolute and resolved. */
function isWithin(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return (
    relative === '' ||
    (!path.isAbsolute(relative) && relative !== '..' && !relative.startsWith(`..${path.sep}`))
  );
}

/** Follows symbolic links; a path that is not there just now stays as it is. */
export async function resolved(folder: string): Promise<string> {
  return realpath(folder).catch(() => path.resolve(folder));
}

/**
 * Checks a folder that is to become a library. Two libraries with a file in common would work on it twice, and
 * the configuration folder is where half-made files lie.
 * @param others the folders of all libraries, with their names
 * @returns the path as it is stored: absolute, without a trailing slash, symbolic links left as they are
 * @throws FieldException for `path`
 */
export async function checkLibraryFolder(
  folder: string,
  others: readonly { name: string; path: string }[],
  configDirectory: string,
): Promise<string> {
  if (folder.includes('\0')) refuse('must not contain a NUL character');
  if (!path.isAbsolute(folder)) refuse('must be an absolute path');
  const stored = path.resolve(folder);
  const status = await stat(stored).catch(() =>
    refuse(`the folder ${stored} is not there, as far as the server can see`),
  );
  if (!status.isDirectory()) refuse(`${stored} is not a folder`);
  try {
    await access(stored, constants.R_OK | constants.X_OK);
    await (await opendir(stored)).close();
  } catch {
    refuse(`the server may not read the folder ${stored}; check its owner and mode`);
  }
  const real = await resolved(stored);
  const config = await resolved(configDirectory);
  if (isWithin(real, config)) refuse("this is Boilarr's own configuration folder");
  if (isWithin(config, real))
    refuse("Boilarr's own configuration folder lies in this folder; choose one beside it");
  for (const other of others) {
    const otherReal = await resolved(other.path);
    if (otherReal === real) refuse(`this folder is the library ${other.name} already`);
    if (isWithin(real, otherReal)) refuse(`this folder lies in the library ${other.name}`);
    if (isWithin(otherReal, real)) refuse(`the library ${other.name} lies in this folder`);
  }
  return stored;
}
