import { createWriteStream } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What one packet gave: where its bytes are, and when it is shown. */
interface Unit {
  offset: number;
  size: number;
  /** in the stream's own ticks */
  pts: number;
}

/** Before the RPU of each frame. */
const START_CODE = Buffer.from([0, 0, 0, 1]);
/** Two bytes that name a NAL unit of type 62; files of RPUs leave them out. */
const UNIT_HEADER = Buffer.from([0x7c, 0x01]);
const HEADER = Buffer.concat([Buffer.from([0, 0, 1]), UNIT_HEADER]);

/** What is read at once: RPUs that are shown after each other lie near each other. */
const BATCH = 256;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

/** Lines of ffmpeg's framecrc: `stream, dts, pts, duration, size, checksum`. */
function readTimes(text: string): Unit[] {
  const units: Unit[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, , pts, , size] = line.split(',').map(Number);
    if (pts === undefined || size === undefined || !Number.isSafeInteger(pts) || !Number.isSafeInteger(size))
      throw new Error(`a packet with Dolby Vision metadata has no time: ${line.trim()}`);
    units.push({ offset, size, pts });
    offset += size;
  }
  return units;
}

/** The first RPU of what a packet gave: a frame has one. */
function rpuOf(bytes: Buffer): Buffer {
  const at = bytes.indexOf(HEADER);
  if (at < 0) throw new Error('a packet that should hold Dolby Vision metadata holds none');
  const start = at + HEADER.length;
  const next = bytes.indexOf(HEADER, start);
  let end = next < 0 ? bytes.length : next;
  // The next start code may have one zero more; no RPU ends with one.
  while (end > start && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(start, end);
}

async function read(file: FileHandle, offset: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  const { bytesRead } = await file.read(bytes, 0, size, offset);
  if (bytesRead !== size)
    throw new Error(`the file of Dolby Vision metadata ends at byte ${offset + bytesRead}`);
  return bytes;
}

async function* inOrder(file: FileHandle, units: readonly Unit[]): AsyncGenerator<Buffer> {
  for (let first = 0; first < units.length; first += BATCH) {
    const batch = units.slice(first, first + BATCH);
    const from = Math.min(...batch.map(({ offset }) => offset));
    const to = Math.max(...batch.map(({ offset, size }) => offset + size));
    const bytes = to - from > MAX_BATCH_BYTES ? null : await read(file, from, to - from);
    for (const { offset, size } of batch) {
      const own = bytes?.subarray(offset - from, offset - from + size) ?? (await read(file, offset, size));
      yield START_CODE;
      yield rpuOf(own);
    }
  }
}

export interface WriteRpusInput {
  /** the two files that ffmpeg makes with rpuUnitsArgs */
  units: string;
  times: string;
  output: string;
}

/**
 * Writes a file of RPUs in the order in which frames are shown, as dovi_tool's extract-rpu does without a mode.
 * @returns RPUs in it
 * @throws Error when a packet has no time, or the two files do not belong together
 */
export async function writeRpus({ units, times, output }: WriteRpusInput): Promise<number> {
  const packets = readTimes(await readFile(times, 'utf8'));
  packets.sort((a, b) => a.pts - b.pts);
  const file = await open(units, 'r');
  try {
    await pipeline(Readable.from(inOrder(file, packets)), createWriteStream(output));
  } finally {
    await file.close();
  }
  return packets.length;
}
