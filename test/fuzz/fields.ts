import type { SeededRandom } from './random.ts';

/** A number in a file's headers: where its first byte lies, and how many bytes it has. */
export interface Field {
  name: string;
  offset: number;
  length: 1 | 2 | 4 | 8;
  kind: 'integer' | 'float';
  littleEndian: boolean;
}

/** Numbers inside MP4 boxes: bytes from the box's four letters to the number, for version 0 of the box. */
const MP4_FIELDS: readonly (readonly [box: string, name: string, distance: number, length: 2 | 4])[] = [
  ['mvhd', 'timescale', 16, 4],
  ['mvhd', 'duration', 20, 4],
  ['tkhd', 'duration', 24, 4],
  ['tkhd', 'width', 80, 4],
  ['tkhd', 'height', 84, 4],
  ['mdhd', 'timescale', 16, 4],
  ['mdhd', 'duration', 20, 4],
  ['avc1', 'width', 28, 2],
  ['avc1', 'height', 30, 2],
  ['mp4a', 'channels', 20, 2],
  ['mp4a', 'sample-rate', 28, 4],
  ['stts', 'entries', 8, 4],
  ['stts', 'delta', 16, 4],
  ['ctts', 'offset', 16, 4],
  ['elst', 'segment', 12, 4],
  ['elst', 'media-time', 16, 4],
  ['stsz', 'count', 12, 4],
  ['stsc', 'samples', 16, 4],
  ['stco', 'first', 12, 4],
];

/** The same for AVI, whose numbers have their lowest byte first. */
const AVI_FIELDS: readonly (readonly [chunk: string, name: string, distance: number, length: 2 | 4])[] = [
  ['avih', 'frame-time', 8, 4],
  ['avih', 'frames', 24, 4],
  ['avih', 'streams', 32, 4],
  ['avih', 'width', 40, 4],
  ['strh', 'scale', 28, 4],
  ['strh', 'rate', 32, 4],
  ['strh', 'start', 36, 4],
  ['strh', 'length', 40, 4],
  ['strf', 'width-or-rate', 12, 4],
];

/** Elements of Matroska: their identifier with the size of the number after it. */
const MATROSKA_FIELDS: readonly (readonly [
  id: string,
  name: string,
  length: Field['length'],
  kind: Field['kind'],
])[] = [
  ['448988', 'duration', 8, 'float'],
  ['2ad7b183', 'timestamp-scale', 2, 'integer'],
  ['b081', 'width', 1, 'integer'],
  ['b082', 'width', 2, 'integer'],
  ['ba81', 'height', 1, 'integer'],
  ['ba82', 'height', 2, 'integer'],
  ['b588', 'sample-rate', 8, 'float'],
  ['9f81', 'channels', 1, 'integer'],
  ['23e38384', 'frame-duration', 4, 'integer'],
  ['d781', 'track-number', 1, 'integer'],
  ['8381', 'track-type', 1, 'integer'],
  ['e782', 'cluster-time', 2, 'integer'],
];

function allOf(bytes: Buffer, mark: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) found.push(at);
  return found;
}

/** The numbers in a file's headers that its container is known to have; none for a container that is not known. */
export function fieldsOf(bytes: Buffer, extension: string): Field[] {
  if (extension === 'mkv' || extension === 'webm') {
    return MATROSKA_FIELDS.flatMap(([id, name, length, kind]) => {
      const mark = Buffer.from(id, 'hex');
      const places = allOf(bytes, mark).map((at) => at + mark.length);
      return places.slice(0, 4).map((offset) => ({ name, offset, length, kind, littleEndian: false }));
    });
  }
  const known =
    extension === 'avi' ? AVI_FIELDS : extension === 'mp4' || extension === 'mov' ? MP4_FIELDS : [];
  return known.flatMap(([box, name, distance, length]) =>
    allOf(bytes, Buffer.from(box, 'latin1'))
      .map((at) => at + distance)
      .filter((offset) => offset + length <= bytes.length)
      .map((offset) => ({
        name: `${box}-${name}`,
        offset,
        length,
        kind: 'integer' as const,
        littleEndian: extension === 'avi',
      })),
  );
}

/** Puts a number there that no film has. */
export function makeAbsurd(bytes: Buffer, field: Field, random: SeededRandom): string {
  const { offset, length, kind, littleEndian } = field;
  if (kind === 'float') {
    const value = random.pick([0, -1, 1e12, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 1e-9]);
    bytes.writeDoubleBE(value, offset);
    return `${field.name}=${value}`;
  }
  const all = length === 1 ? 0xff : 0xff_ff;
  const value = random.pick([0, 1, all, all >> 1, (all >> 1) + 1]);
  const high = length === 4 ? random.pick([0, value]) : 0;
  if (length === 1) bytes.writeUInt8(value, offset);
  else if (length === 2 && littleEndian) bytes.writeUInt16LE(value, offset);
  else if (length === 2) bytes.writeUInt16BE(value, offset);
  else if (littleEndian) bytes.writeUInt32LE(high * 0x1_00_00 + value, offset);
  else bytes.writeUInt32BE(high * 0x1_00_00 + value, offset);
  return `${field.name}=${high * 0x1_00_00 + value}`;
}
