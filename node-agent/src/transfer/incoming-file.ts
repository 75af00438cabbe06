import { constants } from 'node:fs';
import { lstat, open, rename, type FileHandle } from 'node:fs/promises';
import { resumeAt } from '#contracts';
import { Mutex } from 'async-mutex';

/** Where the pieces of a file come from. */
export interface PieceSource {
  /** @returns bytes from there on: at least one, and not beyond the next multiple of TRANSFER_CHUNK */
  read(offset: number, signal: AbortSignal): Promise<Buffer>;
  /** Makes sure that all pieces were of one and the same file, the claimed one. */
  finish(): Promise<void>;
}

export interface Incoming {
  /** the name that the file takes when it is whole; it tells this file from every other */
  file: string;
  size: number;
  source: PieceSource;
  signal: AbortSignal;
  /** @param bytes that are here by now; the first call says how many were here already */
  onBytes: (bytes: number) => void;
}

/** Two attempts at one job may overlap for a moment; only one may write. */
const atWork = new Map<string, Mutex>();

async function isThere(file: string, size: number): Promise<boolean> {
  const status = await lstat(file).catch(() => null);
  return status?.isFile() === true && status.size === size;
}

async function writeAll(file: FileHandle, piece: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < piece.length;)
    done += (await file.write(piece, done, piece.length - done, offset + done)).bytesWritten;
  // A piece counts when no power cut can take it away.
  await file.datasync();
}

async function take({ file, size, source, signal, onBytes }: Incoming, partial: string): Promise<void> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  const target = await open(partial, flags, 0o600);
  const ahead = new AbortController();
  const until = AbortSignal.any([signal, ahead.signal]);
  // One piece comes while the last one is written.
  const ask = (offset: number): Promise<Buffer> => {
    const coming = source.read(offset, until);
    coming.catch(() => undefined);
    return coming;
  };
  try {
    const have = (await target.stat()).size;
    let offset = have > size ? 0 : resumeAt(have);
    await target.truncate(offset);
    onBytes(offset);
    let coming = offset < size ? ask(offset) : null;
    while (coming !== null) {
      const piece = await coming;
      signal.throwIfAborted();
      const next = offset + piece.length;
      if (piece.length === 0 || next > size)
        throw new Error(`${file}: a piece of ${piece.length} bytes at ${offset} of ${size}`);
      coming = next < size ? ask(next) : null;
      await writeAll(target, piece, offset);
      offset = next;
      onBytes(offset);
    }
    await source.finish();
  } finally {
    ahead.abort();
    await target.close();
  }
}

/**
 * Gets a file piece by piece, and goes on where an earlier attempt was cut off.
 * @throws what the source throws; the file system's error
 */
export async function receive(incoming: Incoming): Promise<void> {
  const { file, size, signal } = incoming;
  const mutex = atWork.get(file) ?? new Mutex();
  atWork.set(file, mutex);
  try {
    await mutex.runExclusive(async () => {
      signal.throwIfAborted();
      if (await isThere(file, size)) return;
      const partial = `${file}.partial`;
      await take(incoming, partial);
      await rename(partial, file);
    });
  } finally {
    if (!mutex.isLocked()) atWork.delete(file);
  }
}
