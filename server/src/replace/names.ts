import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Refusal } from './replace-failure.js';

const STAGE_PREFIX = '.boilarr-stage-';
/** Of the empty file by which a folder is tried; scans pass it over like a staged one. */
export const CHECK_NAME = `${STAGE_PREFIX}check`;
export const TRASH_FOLDER = '.boilarr-trash';

/** Bytes that a name may have on every common file system. */
const MAX_NAME = 255;
/** Bytes that a whole path may have before the trash gives up repeating the folders; Linux ends at 4095. */
const MAX_PATH = 4000;

/**
 * @returns where an output is staged: beside its source, hidden, and passed over by scans
 * @throws Refusal when the token or extension could not be part of a file name
 */
export function stagePathFor(sourcePath: string, token: string, extension: string): string {
  if (!/^[\w-]{1,80}$/.test(token))
    throw new Refusal({ code: 'bad_token', message: 'the token cannot be part of a file name' });
  if (!/^[a-z0-9]{1,12}$/i.test(extension)) {
    throw new Refusal({
      code: 'bad_extension',
      message: `the output's extension "${extension}" cannot be part of a file name`,
    });
  }
  return path.join(path.dirname(sourcePath), `${STAGE_PREFIX}${token}.${extension}`);
}

/**
 * @returns the name that the output takes: the source's own when the extension is the same, whatever its case,
 *   because on some file systems two names that differ in case are one file
 * @throws Refusal when the name would be too long
 */
export function finalPathFor(sourcePath: string, extension: string): string {
  const { dir, name, ext } = path.parse(sourcePath);
  if (ext.slice(1).toLowerCase() === extension.toLowerCase()) return sourcePath;
  const base = `${name}.${extension}`;
  if (Buffer.byteLength(base) > MAX_NAME) {
    throw new Refusal({
      code: 'name_too_long',
      message: `"${base}" is longer than a file name may be (${MAX_NAME} bytes)`,
    });
  }
  return path.join(dir, base);
}

/** Cuts text to so many bytes of UTF-8, never through a character. */
export function cutToBytes(text: string, bytes: number): string {
  let cut = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    cut += character;
  }
  return cut;
}

/**
 * @returns a path that has never been used before: `<library>/.boilarr-trash/<day>/<folders>/<stem>~<random><ext>`
 * @param now ms since the epoch; the day is UTC
 */
export function trashPathFor(libraryPath: string, filePath: string, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10);
  const { dir, name, ext } = path.parse(path.relative(libraryPath, filePath));
  const suffix = `~${randomBytes(4).toString('hex')}${Buffer.byteLength(ext) > 40 ? '' : ext}`;
  const base = `${cutToBytes(name, MAX_NAME - Buffer.byteLength(suffix))}${suffix}`;
  const full = path.join(libraryPath, TRASH_FOLDER, day, dir, base);
  return Buffer.byteLength(full) <= MAX_PATH ? full : path.join(libraryPath, TRASH_FOLDER, day, base);
}
