import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRpus } from './count-rpus.js';
import { writeRpus } from './write-rpus.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-rpus-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const START = [0, 0, 0, 1];
/** An RPU as it may look: what would be a start code is escaped in it, and it does not end with a zero. */
const rpu = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((bytes) => Buffer.from([0x19, ...bytes.map((byte) => Math.max(1, byte)), 0x80]));
const file = (name: string) => path.join(folder, name);

describe('countRpus', () => {
  it('counts those of any file, wherever it is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(rpu, { maxLength: 30 }),
        fc.integer({ min: -9, max: 9 }),
        async (rpus, shift) => {
          // The first one is so long that a start code falls onto where one piece of a megabyte ends.
          const long = Buffer.alloc(1024 * 1024 + shift, 0x19);
          const all = [long, ...rpus];
          await writeFile(file('count.bin'), Buffer.concat(all.flatMap((one) => [Buffer.from(START), one])));
          expect(await countRpus(file('count.bin'))).toBe(all.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    ['nothing', [], 0],
    ['half a start code', [0, 0, 0], 0],
    ['one start code', START, 1],
    ['more zeros before it', [0, 0, 0, 0, 0, 1, 0x19], 1],
  ])('finds in %s: %j', async (_name, bytes, count) => {
    await writeFile(file('case.bin'), Buffer.from(bytes));
    expect(await countRpus(file('case.bin'))).toBe(count);
  });

  it('says which file is not there', async () => {
    await expect(countRpus(file('none.bin'))).rejects.toThrow(/none\.bin/);
  });
});

interface Packet {
  pts: number;
  rpus: Buffer[];
}

/** The two files as ffmpeg writes them. */
async function extracted(packets: readonly Packet[]) {
  const bytes = packets.map(({ rpus }) =>
    Buffer.concat(
      rpus.flatMap((one, at) => [
        Buffer.from(at === 0 ? START : START.slice(1)),
        Buffer.from([0x7c, 1]),
        one,
      ]),
    ),
  );
  const lines = packets.map(
    ({ pts }, at) =>
      `0, ${String(pts - 80).padStart(10)}, ${String(pts).padStart(10)}, 41, ${bytes[at]!.length}, 0x01ff265a, S=1, 8`,
  );
  await writeFile(file('units'), Buffer.concat(bytes));
  await writeFile(file('times'), ['#software: Lavf59.27.100', '#tb 0: 1/1000', ...lines, ''].join('\n'));
  return { units: file('units'), times: file('times'), output: file('rpu.bin') };
}

describe('writeRpus', () => {
  it('puts them in the order in which frames are shown', async () => {
    const packets = fc.array(rpu, { minLength: 1, maxLength: 600 }).chain((rpus) =>
      fc.tuple(
        fc.constant(rpus),
        fc.shuffledSubarray(
          rpus.map((_, at) => at),
          { minLength: rpus.length },
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(packets, async ([rpus, order]) => {
        const input = await extracted(order.map((at) => ({ pts: at * 41, rpus: [rpus[at]!] })));
        expect(await writeRpus(input)).toBe(rpus.length);
        const expected = Buffer.concat(rpus.flatMap((one) => [Buffer.from(START), one]));
        expect((await readFile(input.output)).equals(expected)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('takes the first RPU of a frame that has two', async () => {
    const one = Buffer.from([0x19, 1, 0x80]);
    const input = await extracted([{ pts: 0, rpus: [one, Buffer.from([0x19, 2, 0x80])] }]);
    expect(await writeRpus(input)).toBe(1);
    expect([...(await readFile(input.output))]).toEqual([...START, ...one]);
  });

  it('makes an empty file of none', async () => {
    expect(await writeRpus(await extracted([]))).toBe(0);
  });

  it('refuses packets without a time, and files that do not belong together', async () => {
    const packet = { pts: 0, rpus: [Buffer.from([0x19, 1, 0x80])] };
    const input = await extracted([packet, { ...packet, pts: -(2 ** 63) }]);
    await expect(writeRpus(input)).rejects.toThrow(/has no time/);
    const cut = await extracted([packet, { ...packet, pts: 41 }]);
    await writeFile(cut.units, (await readFile(cut.units)).subarray(0, -1));
    await expect(writeRpus(cut)).rejects.toThrow(/ends at byte/);
    const other = await extracted([packet]);
    await writeFile(other.units, Buffer.alloc(40, 7));
    await expect(writeRpus(other)).rejects.toThrow(/holds none/);
  });
});
