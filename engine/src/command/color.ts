import type { ColorInfo, VideoStream } from '../media/media-info.js';

/** ITU-T H.273 numbers of ffmpeg's names; a name that is not here is not passed on. */
const PRIMARIES: Readonly<Record<string, number>> = {
  bt709: 1,
  bt470m: 4,
  bt470bg: 5,
  smpte170m: 6,
  smpte240m: 7,
  film: 8,
  bt2020: 9,
  smpte428: 10,
  smpte431: 11,
  smpte432: 12,
  ebu3213: 22,
};
const TRANSFERS: Readonly<Record<string, number>> = {
  bt709: 1,
  bt470m: 4,
  gamma22: 4,
  bt470bg: 5,
  gamma28: 5,
  smpte170m: 6,
  smpte240m: 7,
  linear: 8,
  log100: 9,
  log316: 10,
  'iec61966-2-4': 11,
  bt1361e: 12,
  'iec61966-2-1': 13,
  'bt2020-10': 14,
  'bt2020-12': 15,
  smpte2084: 16,
  smpte428: 17,
  'arib-std-b67': 18,
};
const MATRICES: Readonly<Record<string, number>> = {
  bt709: 1,
  fcc: 4,
  bt470bg: 5,
  smpte170m: 6,
  smpte240m: 7,
  ycgco: 8,
  bt2020nc: 9,
  bt2020c: 10,
  smpte2085: 11,
};
/** Where chroma lies between the pixels of 4:2:0, across and down, in Matroska's numbers; it has none for the bottom. */
const SITINGS: Readonly<Record<string, string>> = {
  topleft: '1,1',
  left: '1,2',
  center: '2,2',
  top: '2,1',
};
/** Matroska's own numbers */
const RANGES: Readonly<Record<string, number>> = { tv: 1, pc: 2 };

function known(table: Readonly<Record<string, number>>, name: string | null): number | null {
  return name === null || !Object.hasOwn(table, name) ? null : (table[name] ?? null);
}

/** ITU-T H.273 numbers of what the source signals; null for what it does not, or what has none. */
export function colorNumbers(color: ColorInfo): Record<'primaries' | 'transfer' | 'matrix', number | null> {
  return {
    primaries: known(PRIMARIES, color.primaries),
    transfer: known(TRANSFERS, color.transfer),
    matrix: known(MATRICES, color.space),
  };
}

/** ffmpeg's encoder flags for what the source signals; H.273 numbers, because option names differ from ffprobe's. */
export function colorArgs(color: ColorInfo): string[] {
  const args: string[] = [];
  const add = (option: string, number: number | null) => {
    if (number !== null) args.push(option, String(number));
  };
  add('-color_primaries', known(PRIMARIES, color.primaries));
  add('-color_trc', known(TRANSFERS, color.transfer));
  add('-colorspace', known(MATRICES, color.space));
  add('-color_range', known(RANGES, color.range));
  return args;
}

export function hasMatroskaSiting({ chroma, color }: Pick<VideoStream, 'chroma' | 'color'>): boolean {
  return chroma === '420' && color.chromaLocation !== null && Object.hasOwn(SITINGS, color.chromaLocation);
}

/**
 * mkvmerge's flag for where 4:2:0 has its chroma. ffmpeg tells AV1 itself of left and topleft, and AV1 has no more. What
 * is reduced to 4:2:0 had it elsewhere.
 */
export function mkvSitingArgs(id: number, stream: VideoStream): string[] {
  return hasMatroskaSiting(stream)
    ? ['--chroma-siting', `${id}:${SITINGS[stream.color.chromaLocation ?? ''] ?? ''}`]
    : [];
}

/** mkvmerge's flags for the same as colorArgs, for track `id`. */
export function mkvColorArgs(id: number, color: ColorInfo): string[] {
  const args: string[] = [];
  const add = (option: string, number: number | null) => {
    if (number !== null) args.push(option, `${id}:${number}`);
  };
  add('--color-primaries', known(PRIMARIES, color.primaries));
  add('--color-transfer-characteristics', known(TRANSFERS, color.transfer));
  add('--color-matrix-coefficients', known(MATRICES, color.space));
  add('--color-range', known(RANGES, color.range));
  return args;
}
