import { createReadStream } from 'node:fs';

/** What stands before each RPU; no RPU has it inside, since three bytes of it would be escaped there. */
const START_CODE = Buffer.from([0, 0, 0, 1]);

/** @returns the RPUs in a file that holds nothing else, as dovi_tool writes it; read piece by piece, it may be large */
export async function countRpus(file: string): Promise<number> {
  let count = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    let end = 0;
    for (let at = bytes.indexOf(START_CODE); at >= 0; at = bytes.indexOf(START_CODE, end)) {
      count += 1;
      end = at + START_CODE.length;
    }
    // A start code may be cut in two.
    rest = bytes.subarray(Math.max(end, bytes.length - START_CODE.length + 1));
  }
  return count;
}
