import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pieceAt, TRANSFER_CHUNK } from '#contracts';
import { receive, type PieceSource } from './incoming-file.js';

const CONTENT = randomBytes(2 * TRANSFER_CHUNK + 777);

/** Hands out a buffer, and remembers from where on it was asked. */
class Shelf implements PieceSource {
  readonly asked: number[] = [];
  finished = 0;

  constructor(
    private readonly content: Buffer,
    private readonly end = Number.POSITIVE_INFINITY,
  ) {}

  read(offset: number): Promise<Buffer> {
    this.asked.push(offset);
    if (offset >= this.end) return Promise.reject(new Error('cut off'));
    return Promise.resolve(this.content.subarray(offset, offset + pieceAt(offset, this.content.length)));
  }

  finish(): Promise<void> {
    this.finished += 1;
    return Promise.resolve();
  }
}

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-incoming-'));
  file = path.join(folder, 'input.mkv');
});
afterEach(() => rm(folder, { recursive: true }));

const get = (
  source: PieceSource,
  seen: number[] = [],
  size = CONTENT.length,
  signal = new AbortController().signal,
) => receive({ ...{ file, size, source, signal }, onBytes: (bytes) => seen.push(bytes) });

describe('receive', () => {
  it('puts pieces together, and tells how far it is', async () => {
    const seen: number[] = [];
    const shelf = new Shelf(CONTENT);
    await get(shelf, seen);
    expect((await readFile(file)).equals(CONTENT)).toBe(true);
    expect(seen).toEqual([0, TRANSFER_CHUNK, 2 * TRANSFER_CHUNK, CONTENT.length]);
    expect(shelf.finished).toBe(1);
    expect(await readdir(folder)).toEqual(['input.mkv']);
  });

  it('goes on where it was cut off, but for the piece that was begun last', async () => {
    await expect(get(new Shelf(CONTENT, 2 * TRANSFER_CHUNK))).rejects.toThrow('cut off');
    expect(await readdir(folder)).toEqual(['input.mkv.partial']);
    const shelf = new Shelf(CONTENT);
    await get(shelf);
    expect(shelf.asked).toEqual([TRANSFER_CHUNK, 2 * TRANSFER_CHUNK]);
    expect((await readFile(file)).equals(CONTENT)).toBe(true);
  });

  it('does not trust a piece that a power cut has torn', async () => {
    const torn = Buffer.concat([CONTENT.subarray(0, TRANSFER_CHUNK), Buffer.alloc(TRANSFER_CHUNK)]);
    await writeFile(`${file}.partial`, torn);
    await get(new Shelf(CONTENT));
    expect((await readFile(file)).equals(CONTENT)).toBe(true);
  });

  it('asks for nothing when the file is there already, and at once for an empty one', async () => {
    await get(new Shelf(CONTENT));
    const again = new Shelf(CONTENT);
    await get(again);
    expect(again.asked).toEqual([]);
    file = path.join(folder, 'empty');
    const empty = new Shelf(Buffer.alloc(0));
    await get(empty, [], 0);
    expect(empty.asked).toEqual([]);
    expect(await readFile(file)).toHaveLength(0);
  });

  it('begins anew where more lies there than there should', async () => {
    await writeFile(`${file}.partial`, randomBytes(CONTENT.length + 1));
    await get(new Shelf(CONTENT));
    expect((await readFile(file)).equals(CONTENT)).toBe(true);
  });

  it('refuses a source that gives too much', async () => {
    const source: PieceSource = {
      read: () => Promise.resolve(Buffer.alloc(11)),
      finish: () => Promise.resolve(),
    };
    await expect(get(source, [], 10)).rejects.toThrow(/11 bytes at 0 of 10/);
    expect(await readdir(folder)).not.toContain('input.mkv');
  });

  it('gives the file its name only when the source says that all of it was of one file', async () => {
    const shelf = new Shelf(CONTENT);
    shelf.finish = () => Promise.reject(new Error('it has changed'));
    await expect(get(shelf)).rejects.toThrow('it has changed');
    expect(await readdir(folder)).toEqual(['input.mkv.partial']);
  });

  it('lets two attempts at one file follow each other', async () => {
    const [one, two] = [new Shelf(CONTENT), new Shelf(CONTENT)];
    await Promise.all([get(one), get(two)]);
    expect(two.asked).toEqual([]);
    expect((await readFile(file)).equals(CONTENT)).toBe(true);
  });

  it('ends when told to', async () => {
    const stop = new AbortController();
    const shelf = new Shelf(CONTENT);
    const ended = receive({
      ...{ file, size: CONTENT.length, source: shelf, signal: stop.signal },
      onBytes: (bytes) => {
        if (bytes > 0) stop.abort();
      },
    });
    await expect(ended).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['input.mkv.partial']);
  });
});
