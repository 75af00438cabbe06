import { isFirstSlice, NAL, typeOf } from './annex-b.ts';

/** Reads bits of a NAL unit, without the bytes that keep start codes out of it. */
class Bits {
  private position = 0;
  private readonly bytes: Buffer;

  constructor(nal: Buffer) {
    const bytes: number[] = [];
    let zeros = 0;
    for (const byte of nal.subarray(2)) {
      if (zeros >= 2 && byte === 3) {
        zeros = 0;
        continue;
      }
      zeros = byte === 0 ? zeros + 1 : 0;
      bytes.push(byte);
    }
    this.bytes = Buffer.from(bytes);
  }

  read(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1, this.position += 1)
      value = value * 2 + ((this.bytes.readUInt8(this.position >> 3) >> (7 - (this.position & 7))) & 1);
    return value;
  }

  skip(count: number): void {
    this.position += count;
  }

  /** ue(v) */
  golomb(): number {
    let zeros = 0;
    while (this.read(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + this.read(zeros);
  }
}

interface SequenceSet {
  orderBits: number;
  separatePlanes: boolean;
}

function readSequenceSet(nal: Buffer): { id: number; set: SequenceSet } {
  const bits = new Bits(nal);
  bits.skip(4);
  const subLayers = bits.read(3);
  bits.skip(1 + 88 + 8);
  const present = Array.from({ length: subLayers }, () => ({ profile: bits.read(1), level: bits.read(1) }));
  if (subLayers > 0) bits.skip(2 * (8 - subLayers));
  for (const { profile, level } of present) bits.skip(88 * profile + 8 * level);
  const id = bits.golomb();
  const separatePlanes = bits.golomb() === 3 && bits.read(1) === 1;
  bits.golomb();
  bits.golomb();
  if (bits.read(1) === 1) for (let edge = 0; edge < 4; edge += 1) bits.golomb();
  bits.golomb();
  bits.golomb();
  return { id, set: { orderBits: bits.golomb() + 4, separatePlanes } };
}

interface PictureSet {
  sequence: number;
  outputFlag: boolean;
  extraBits: number;
}

function readPictureSet(nal: Buffer): { id: number; set: PictureSet } {
  const bits = new Bits(nal);
  const [id, sequence] = [bits.golomb(), bits.golomb()];
  bits.skip(1);
  return { id, set: { sequence, outputFlag: bits.read(1) === 1, extraBits: bits.read(3) } };
}

/** Types of pictures at which a decoder may begin, and of those at which the count of pictures begins anew. */
const isRandomAccess = (type: number): boolean => type >= 16 && type <= 23;
const isReset = (type: number): boolean => type >= 16 && type <= 20;
/** What no other picture's order is counted from: sub-layer non-reference, RASL and RADL (8.3.1). */
const isPassing = (type: number): boolean => (type <= 14 && type % 2 === 0) || (type >= 6 && type <= 9);

/**
 * The place of each access unit in the order of display, by the slices' picture order counts (8.3.1).
 * @param units in decoding order
 */
export function displayOrder(units: readonly Buffer[][]): number[] {
  const sequences = new Map<number, SequenceSet>();
  const pictures = new Map<number, PictureSet>();
  let period = 0;
  let reference = 0;
  const orders = units.map((unit, decoded) => {
    for (const nal of unit) {
      if (typeOf(nal) === NAL.sps) {
        const { id, set } = readSequenceSet(nal);
        sequences.set(id, set);
      } else if (typeOf(nal) === NAL.pps) {
        const { id, set } = readPictureSet(nal);
        pictures.set(id, set);
      }
    }
    const slice = unit.find(isFirstSlice);
    if (slice === undefined) throw new Error('an access unit has no picture');
    const type = typeOf(slice);
    const bits = new Bits(slice);
    bits.skip(isRandomAccess(type) ? 2 : 1);
    const picture = pictures.get(bits.golomb());
    const sequence = picture === undefined ? undefined : sequences.get(picture.sequence);
    if (picture === undefined || sequence === undefined) throw new Error('a slice names no parameter set');
    if (isReset(type)) {
      period += 1;
      reference = 0;
      return { decoded, period, count: 0 };
    }
    bits.skip(picture.extraBits);
    bits.golomb();
    bits.skip((picture.outputFlag ? 1 : 0) + (sequence.separatePlanes ? 2 : 0));
    const low = bits.read(sequence.orderBits);
    const range = 2 ** sequence.orderBits;
    let count = reference - (((reference % range) + range) % range) + low;
    if (count - reference >= range / 2) count -= range;
    else if (reference - count > range / 2) count += range;
    if (!isPassing(type)) reference = count;
    return { decoded, period, count };
  });
  const places: number[] = [];
  for (const [place, { decoded }] of orders
    .toSorted((a, b) => a.period - b.period || a.count - b.count)
    .entries())
    places[decoded] = place;
  return places;
}
