import { joinNals, splitNals } from './annex-b.ts';

/** dovi_tool's RPU.bin: RPUs in the order of display, each behind a start code, without the header of its NAL unit. */

const HEADER = Buffer.from([0x7c, 0x01]);

/** First byte of an RPU, `rpu_nal_prefix`, and its last one, behind the CRC. */
const FIRST = 0x19;
const LAST = 0x80;

/** @throws Error with the real program's words, which name the first bad one */
export function parseRpus(file: Buffer): Buffer[] {
  const rpus = splitNals(file);
  for (const [index, rpu] of rpus.entries()) {
    const found = `Found invalid RPU: Index ${index}`;
    if (rpu[0] !== FIRST)
      throw new Error(`${found}\n  Invalid RPU data start bytes\n[${[0, 0, 0, 1, rpu[0]].join(', ')}]`);
    if (rpu.at(-1) !== LAST) throw new Error(`${found}\n  Invalid RPU last byte: ${rpu.at(-1)}`);
  }
  return rpus;
}

export const formatRpus = joinNals;

export const rpuOfNal = (nal: Buffer): Buffer => nal.subarray(HEADER.length);

export const nalOfRpu = (rpu: Buffer): Buffer => Buffer.concat([HEADER, rpu]);
