import { statfs } from 'node:fs/promises';

/** Bytes that are left free on the work disk whatever comes. */
const SPARE_BYTES = 128 * 1024 * 1024;

/** Room on the work disk that is promised to a file that is still on its way. */
export interface Reservation {
  /** @param bytes of it that are on the disk by now, and so no longer free anyhow */
  written(bytes: number): void;
  release(): void;
}

/** Keeps files that come at once from taking the same room, and leaves as much again for what is made of them. */
export class WorkRoom {
  private readonly promised = new Set<{ bytes: number }>();

  /** @param freeBytes of the work disk; null: it cannot be told */
  constructor(private readonly freeBytes: () => Promise<number | null>) {}

  /**
   * @param bytes of the file
   * @returns null when there is no room for it and for an output of its size
   */
  async reserve(bytes: number): Promise<Reservation | null> {
    const free = await this.freeBytes();
    let promised = 0;
    for (const other of this.promised) promised += other.bytes;
    if (free !== null && free - promised < 2 * bytes + SPARE_BYTES) return null;
    const own = { bytes };
    this.promised.add(own);
    return {
      written: (done) => {
        own.bytes = Math.max(0, bytes - done);
      },
      release: () => {
        this.promised.delete(own);
      },
    };
  }
}

export function freeBytesOf(folder: string): () => Promise<number | null> {
  return () =>
    statfs(folder).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => null,
    );
}
