/** Edits (insert, delete, replace) that turn one word into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** What other programs call it: near in meaning, not in letters. */
const SYNONYMS = new Map([
  ['h265', 'hevc'],
  ['h.265', 'hevc'],
  ['x265', 'hevc'],
  ['h.264', 'h264'],
  ['x264', 'h264'],
  ['avc', 'h264'],
  ['svtav1', 'svt'],
  ['cpu', 'software'],
  ['nvidia', 'nvenc'],
  ['intel', 'qsv'],
  ['quicksync', 'qsv'],
  ['matroska', 'mkv'],
  ['quality', 'crf'],
  ['speed', 'preset'],
  ['grain', 'filmGrain'],
  ['language', 'keepLanguages'],
  ['languages', 'keepLanguages'],
  ['resolution', 'maximumHeight'],
  ['height', 'maximumHeight'],
  ['vmaf', 'minimumVmaf'],
]);

const plain = (text: string) => text.toLowerCase().replace(/[-_ ]/g, '');

/** @returns the candidate that was probably meant, or null when none is near */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const synonym = SYNONYMS.get(plain(word));
  if (synonym !== undefined && candidates.includes(synonym)) return synonym;
  let best: { candidate: string; edits: number } | null = null;
  for (const candidate of candidates) {
    // A long stranger is never near, and its distance would cost its length squared.
    if (Math.abs(candidate.length - word.length) > 6) continue;
    const edits = distance(plain(word), plain(candidate));
    if (best === null || edits < best.edits) best = { candidate, edits };
  }
  // A word of two letters is two edits away from many others.
  const limit = Math.min(word.length - 1, Math.max(2, Math.floor(word.length / 3)));
  return best !== null && best.edits <= limit ? best.candidate : null;
}
