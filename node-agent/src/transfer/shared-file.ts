import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { pieceAt, type JobInput } from '#contracts';
import { isClaimedFile } from '#engine/pipeline/same-file.js';
import { SkipJob } from '#engine/pipeline/step.js';
import type { PieceSource } from './incoming-file.js';

export function sourceChanged(): SkipJob {
  return new SkipJob({
    code: 'source_changed',
    message:
      'the file has changed since it was decided on; it was left alone, and the next scan looks at it anew',
  });
}

/** A source on a share that this node can read. It is never opened for writing. */
export class SharedFile implements PieceSource {
  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    private readonly claimed: JobInput,
  ) {}

  /** @throws SkipJob when it is not what was claimed; the file system's error */
  static async open(path: string, claimed: JobInput): Promise<SharedFile> {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (isClaimedFile(claimed, await file.stat({ bigint: true }))) return new SharedFile(file, path, claimed);
    await file.close();
    throw sourceChanged();
  }

  async read(offset: number): Promise<Buffer> {
    const piece = Buffer.allocUnsafe(pieceAt(offset, this.claimed.size));
    const { bytesRead } = await this.file.read(piece, 0, piece.length, offset);
    // Shorter than it was.
    if (bytesRead === 0) throw sourceChanged();
    return piece.subarray(0, bytesRead);
  }

  async finish(): Promise<void> {
    const same =
      isClaimedFile(this.claimed, await this.file.stat({ bigint: true })) &&
      isClaimedFile(this.claimed, await lstat(this.path, { bigint: true }));
    if (!same) throw sourceChanged();
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
