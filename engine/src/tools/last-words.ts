/** Where in memory a part of ffmpeg is that says something; new at each call, and of use to nobody. */
const SPEAKER = /^\[([^\]@]+) @ 0x[0-9a-f]+\] /;

const LINES = 3;
const LONGEST_LINE = 300;

/**
 * The last that ffmpeg or ffprobe said, without what a reader knows already.
 * @param path of the file that it was asked about, as it was given: a name may have several lines itself
 */
export function lastWords(stderr: string, path: string): string {
  const lines = stderr
    .replaceAll(`file:${path}: `, '')
    .split('\n')
    .map((line) => line.replace(SPEAKER, '$1: ').trim().slice(0, LONGEST_LINE))
    .filter((line) => line !== '' && !line.startsWith('Last message repeated'));
  return [...new Set(lines)].slice(-LINES).join(' | ') || 'nothing';
}
