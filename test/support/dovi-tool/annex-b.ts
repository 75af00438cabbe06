/** HEVC's byte stream (ITU-T H.265, annex B), as far as moving whole NAL units about needs it. */

export const NAL = { sps: 33, pps: 34, aud: 35, eos: 36, eob: 37, rpu: 62, enhancement: 63 } as const;

const START_CODE = Buffer.from([0, 0, 0, 1]);

/** Type of a NAL unit, by its header. */
export const typeOf = (nal: Buffer): number => (nal.readUInt8(0) >> 1) & 0x3f;

/** A slice of a picture. */
export const isSlice = (nal: Buffer): boolean => typeOf(nal) < 32;

/** The first slice of its picture: `first_slice_segment_in_pic_flag`. */
export const isFirstSlice = (nal: Buffer): boolean => isSlice(nal) && (nal.readUInt8(2) & 0x80) !== 0;

/** NAL units with their headers, without start codes and the zeros before them. */
export function splitNals(stream: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  const code = Buffer.from([0, 0, 1]);
  let start = stream.indexOf(code);
  while (start >= 0) {
    const next = stream.indexOf(code, start + 3);
    let end = next < 0 ? stream.length : next;
    while (end > start + 3 && stream[end - 1] === 0) end -= 1;
    nals.push(stream.subarray(start + 3, end));
    start = next;
  }
  return nals;
}

/** Each behind a start code of four bytes. */
export function joinNals(nals: readonly Buffer[]): Buffer {
  return Buffer.concat(nals.flatMap((nal) => [START_CODE, nal]));
}

/** NAL units by access unit, in decoding order. */
export function accessUnits(nals: readonly Buffer[]): Buffer[][] {
  const units: Buffer[][] = [];
  let hasPicture = true;
  for (const nal of nals) {
    const type = typeOf(nal);
    // What may only stand before a picture (7.4.2.4.4): the next access unit has begun.
    const begins =
      (type >= 32 && type <= NAL.aud) || type === 39 || (type >= 41 && type <= 44) || isFirstSlice(nal);
    if (begins && hasPicture) {
      units.push([]);
      hasPicture = false;
    }
    hasPicture ||= isFirstSlice(nal);
    units.at(-1)?.push(nal);
  }
  return units;
}
