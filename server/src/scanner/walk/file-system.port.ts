import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  type BigIntStats,
  type Dirent,
} from 'node:fs';
import { isUtf8 } from 'node:buffer';

/** The few calls that a walk makes, so that specs can let any of them fail. All are synchronous and may throw. */
export interface WalkFileSystem {
  /** follows a symbolic link: only the library's own folder may be one */
  isFolder(path: string): boolean;
  entries(folder: string): Dirent[];
  /** the names in a folder whose bytes are valid UTF-8 */
  validNames(folder: string): Set<string>;
  /** does not follow symbolic links */
  lstat(path: string): BigIntStats;
  /** Never through a symbolic link. @throws RangeError when the file is larger than `maximum` bytes */
  readText(path: string, maximum: number): string;
}

const BIGINT = { bigint: true } as const;
// A file may become a link or a pipe between one look and the next.
const READ_PLAIN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const WITH_TYPES = { withFileTypes: true } as const;

export const nodeFileSystem: WalkFileSystem = {
  isFolder: (path) => statSync(path).isDirectory(),
  entries: (folder) => readdirSync(folder, WITH_TYPES),
  validNames: (folder) =>
    new Set(
      readdirSync(folder, { encoding: 'buffer' })
        .filter((name) => isUtf8(name))
        .map((name) => name.toString('utf8')),
    ),
  lstat: (path) => lstatSync(path, BIGINT),
  readText(path, maximum) {
    const file = openSync(path, READ_PLAIN);
    try {
      const buffer = Buffer.allocUnsafe(maximum + 1);
      let length = 0;
      for (;;) {
        const read = readSync(file, buffer, length, buffer.length - length, null);
        length += read;
        if (length > maximum) throw new RangeError(`larger than ${maximum} bytes`);
        if (read === 0) return buffer.toString('utf8', 0, length);
      }
    } finally {
      closeSync(file);
    }
  },
};

/** The code of a file system's error, such as `EACCES`; `unknown` for any other error. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}

/** True for the errors that mean that nothing is at a path. */
export function isAbsent(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
