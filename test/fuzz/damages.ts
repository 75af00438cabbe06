import { fieldsOf, makeAbsurd } from './fields.ts';
import type { SeededRandom } from './random.ts';

interface Victim {
  /** may be changed in place */
  bytes: Buffer;
  extension: string;
  /** another film, of the same kind of container */
  other: Buffer;
  random: SeededRandom;
}

/** Does something to a file, and says what and where. */
export type Damage = (victim: Victim) => { bytes: Buffer; note: string };

/** Bytes at the start that are mostly header, in containers that keep their index there. */
const HEAD = 2048;
const BLOCK = 4096;

/** Where a file's index lies: an MP4's `moov`, else its first bytes. */
function indexOf(bytes: Buffer, extension: string): { start: number; end: number } {
  const moov = extension === 'mp4' || extension === 'mov' ? bytes.indexOf('moov', 0, 'latin1') : -1;
  if (moov < 4) return { start: 0, end: Math.min(HEAD, bytes.length) };
  return { start: moov, end: Math.min(bytes.length, moov - 4 + bytes.readUInt32BE(moov - 4)) };
}

function flip(least: number, most: number, where: 'body' | 'header'): Damage {
  return ({ bytes, extension, random }) => {
    const count = random.between(least, most);
    const index = indexOf(bytes, extension);
    const offsets = Array.from({ length: count }, () => {
      if (where === 'header') return random.between(index.start, index.end - 1);
      // An index at the end of the file is no body.
      const bodyEnd = index.start > HEAD ? index.start - 8 : bytes.length;
      return random.between(
        Math.min(Math.max(HEAD, index.start > HEAD ? 0 : index.end), bodyEnd - 1),
        bodyEnd - 1,
      );
    });
    for (const offset of offsets) bytes[offset] = (bytes[offset] ?? 0) ^ (1 << random.between(0, 7));
    return { bytes, note: `${count} bits, the first at ${offsets[0] ?? 0}` };
  };
}

const cut =
  (place: (bytes: Buffer, random: SeededRandom, extension: string) => number): Damage =>
  ({ bytes, extension, random }) => {
    const length = place(bytes, random, extension);
    return { bytes: bytes.subarray(0, length), note: `${length} of ${bytes.length} bytes` };
  };

function blockPlace(bytes: Buffer, random: SeededRandom, size: number): number {
  return random.between(Math.min(HEAD, bytes.length), Math.max(0, bytes.length - size));
}

/** By the name that the table gives them. */
export const DAMAGES = {
  'cut anywhere': cut((bytes, random) => random.between(1, bytes.length - 1)),
  'cut near the end': cut(
    (bytes, random) => bytes.length - random.between(1, Math.min(3000, bytes.length - 1)),
  ),
  'cut inside the index': cut((bytes, random, extension) => {
    const { start, end } = indexOf(bytes, extension);
    return random.between(start + 1, end - 1);
  }),
  'flip a few bits of the body': flip(1, 3, 'body'),
  'flip some bits of the body': flip(4, 40, 'body'),
  'flip many bits of the body': flip(41, 200, 'body'),
  'flip a few bits of the header': flip(1, 3, 'header'),
  'flip many bits of the header': flip(4, 200, 'header'),
  'halves of two films': ({ bytes, other, random }) => {
    const from = random.between(1, bytes.length - 1);
    const to = random.between(1, other.length - 1);
    return {
      bytes: Buffer.concat([bytes.subarray(0, from), other.subarray(to)]),
      note: `up to ${from}, then the other's from ${to}`,
    };
  },
  'blocks swapped': ({ bytes, random }) => {
    const [a, b] = [blockPlace(bytes, random, BLOCK), blockPlace(bytes, random, BLOCK)];
    const kept = Buffer.from(bytes.subarray(a, a + BLOCK));
    bytes.copyWithin(a, b, b + BLOCK);
    kept.copy(bytes, b);
    return { bytes, note: `${BLOCK} bytes at ${a} and at ${b}` };
  },
  'blocks repeated': ({ bytes, random }) => {
    const size = random.pick([188, 512, BLOCK]);
    const at = blockPlace(bytes, random, size);
    const times = random.between(1, 5);
    const block = bytes.subarray(at, at + size);
    return {
      bytes: Buffer.concat([
        bytes.subarray(0, at),
        ...Array.from({ length: times }, () => block),
        bytes.subarray(at),
      ]),
      note: `${size} bytes at ${at}, ${times} times more`,
    };
  },
  'block missing': ({ bytes, random }) => {
    const size = random.pick([1, 188, 1316, BLOCK]);
    const at = blockPlace(bytes, random, size);
    return {
      bytes: Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]),
      note: `${size} bytes at ${at}`,
    };
  },
  'zeros in the body': ({ bytes, random }) => {
    const size = random.pick([16, 512, BLOCK, 16 * 1024]);
    const at = blockPlace(bytes, random, size);
    return { bytes: bytes.fill(0, at, at + size), note: `${size} bytes at ${at}` };
  },
  'zeros to the end': ({ bytes, random }) => {
    const at = random.between(1, bytes.length - 1);
    return { bytes: bytes.fill(0, at), note: `from ${at}` };
  },
  'rubbish after the end': ({ bytes, random }) => {
    const size = random.pick([1, 300, 8192]);
    return { bytes: Buffer.concat([bytes, random.bytes(size)]), note: `${size} bytes` };
  },
  'rubbish before the start': ({ bytes, random }) => {
    const size = random.pick([1, 188, 300, 8192]);
    return { bytes: Buffer.concat([random.bytes(size), bytes]), note: `${size} bytes` };
  },
  'tags that are no text': ({ bytes, random }) => {
    const marks = [
      Buffer.from('A title to be spoiled'),
      Buffer.from('Lavf'),
      Buffer.from('Lavc'),
      Buffer.from('und'),
    ];
    const found = marks.map((mark) => ({ mark, at: bytes.indexOf(mark) })).filter(({ at }) => at !== -1);
    for (const { mark, at } of found) {
      random
        .pick([random.bytes(mark.length), Buffer.alloc(mark.length, 0xff), Buffer.alloc(mark.length, 0x0a)])
        .copy(bytes, at);
    }
    return { bytes, note: found.map(({ mark, at }) => `"${mark.toString()}" at ${at}`).join(', ') };
  },
  'absurd number': ({ bytes, extension, other, random }) => {
    const fields = fieldsOf(bytes, extension);
    if (fields.length === 0) return flip(1, 3, 'header')({ bytes, extension, other, random });
    const said = Array.from({ length: random.between(1, 2) }, () =>
      makeAbsurd(bytes, random.pick(fields), random),
    );
    return { bytes, note: said.join(', ') };
  },
} as const satisfies Record<string, Damage>;
