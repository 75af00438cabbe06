import path from 'node:path';
import { DEFAULT_EXTENSIONS } from '#contracts';
import { errnoOf, isRefused, type FilePort } from './file-port.js';
import { messageOf } from './replace-failure.js';

/** What lies beside a film and is about it: subtitles, metadata, cut lists, pictures. */
const SUBTITLES = ['ass', 'idx', 'lrc', 'smi', 'srt', 'ssa', 'sub', 'sup', 'ttml', 'usf', 'vtt'];
const PICTURES = ['avif', 'bif', 'gif', 'jpeg', 'jpg', 'png', 'tbn', 'webp'];
const SIDECARS: ReadonlySet<string> = new Set([
  ...SUBTITLES,
  ...PICTURES,
  ...['edl', 'json', 'meta', 'nfo', 'txt', 'xml'],
]);
const FILMS: ReadonlySet<string> = new Set(DEFAULT_EXTENSIONS);

/** Names that one film may have around it; beyond them is something else. */
const MAX_NAMES = 500;

/** Bytes that a name may have on every common file system. */
const MAX_NAME = 255;

function extensionOf(name: string): string {
  return path.extname(name).slice(1).toLowerCase();
}

/**
 * The sidecars among names that begin with a film's whole name: `Film.avi.en.srt`, `Film.avi.nfo`, `Film.avi-thumb.jpg`.
 * Those that begin with the stem alone (`Film.srt`) fit the new name as well, and stay.
 */
export function sidecarsOf(film: string, names: readonly string[]): string[] {
  const around = names.filter((name) => name.startsWith(film) && name.length > film.length);
  // With a film `Film.avi.mkv` beside `Film.avi`, nobody can tell whose `Film.avi.srt` is.
  if (around.some((name) => path.parse(name).name === film && FILMS.has(extensionOf(name)))) return [];
  return around.filter((name) => {
    const rest = name.slice(film.length);
    if (rest.startsWith('-'))
      return /^-[a-z]{1,20}\d{0,3}\.[a-z]+$/i.test(rest) && PICTURES.includes(extensionOf(name));
    return /^(\.[^./]{1,40}){1,4}$/.test(rest) && SIDECARS.has(extensionOf(name));
  });
}

/**
 * Lets the sidecars that bear a film's whole name follow it to another one. Never overwrites; what its new name is
 * taken for stays where it is. Can be cut short and called again.
 * @param from the film's path before, `to` the one that it has now; in one folder
 * @returns what did not go well, as sentences; the film itself is not concerned
 */
export async function moveSidecars(port: FilePort, from: string, to: string): Promise<string[]> {
  const folder = path.dirname(from);
  if (from === to || path.dirname(to) !== folder) return [];
  const warnings: string[] = [];
  try {
    const film = path.basename(from);
    const names = await port.namesStartingWith(folder, film, MAX_NAMES);
    const sidecars = sidecarsOf(film, names);
    for (const name of sidecars) {
      const next = path.basename(to) + name.slice(film.length);
      const warning = await move(port, path.join(folder, name), path.join(folder, next)).catch(
        (error: unknown) => `${name} could not be renamed to ${next}: ${messageOf(error)}`,
      );
      if (warning !== null) warnings.push(warning);
    }
    if (sidecars.length > 0) await port.syncFolder(folder);
  } catch (error) {
    warnings.push(`sidecar files beside ${to} could not be looked for: ${messageOf(error)}`);
  }
  return warnings;
}

async function move(port: FilePort, from: string, to: string): Promise<string | null> {
  if (Buffer.byteLength(path.basename(to)) > MAX_NAME)
    return `${from} keeps its name: the new one would be too long`;
  const facts = await port.lstat(from);
  if (facts?.kind !== 'file') return null;
  try {
    await port.link(from, to);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') {
      const there = await port.lstat(to);
      // Both names of one file: a try that was cut short.
      if (there?.inode !== facts.inode || facts.links < 2)
        return `${from} keeps its name: ${to} exists already`;
    } else if (isRefused(error)) {
      return await moveWithoutLinks(port, from, to);
    } else {
      throw error;
    }
  }
  await port.unlink(from);
  return null;
}

/** An empty file, made exclusively, keeps the name until the rename fills it; one that is there already holds nothing to lose. */
async function moveWithoutLinks(port: FilePort, from: string, to: string): Promise<string | null> {
  try {
    await port.createNew(to, '', 0o600);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    const there = await port.lstat(to);
    if (there?.kind !== 'file' || there.size > 0) return `${from} keeps its name: ${to} exists already`;
  }
  await port.rename(from, to);
  return null;
}
