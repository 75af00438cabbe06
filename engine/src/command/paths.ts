import path from 'node:path';

/** A name that ffmpeg cannot take for an option or a protocol (`-x`, `a:b`, `concat:...`). */
export function ffmpegPath(file: string): string {
  return `file:${file}`;
}

/**
 * A name that mkvmerge cannot take for an option, an option file (`@x`), a list of parts (`(`, `+`) or a request
 * to look for sibling files (`=`): all of these stand at the front.
 */
export function mkvmergePath(file: string): string {
  return path.isAbsolute(file) ? file : `./${file}`;
}
