import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { pieceAt, type JobInput } from '#contracts';
import { isClaimedFile } from '#engine/pipeline/same-file.js';
import { SkipJob } from '#engine/pipeline/step.js';
import type { PieceSource } from './incoming-file.js';
import { within } from './within.js';

export function sourceChanged(): SkipJob {
  return new SkipJob({
    code: 'source_changed',
    message:
      'the file has changed since it was decided on; it was left alone, and the next scan looks at it anew',
  });
}

/** ms after which a share that does not answer counts as hung; a disk that has to spin up needs about ten seconds */
export const SHARE_MS = 20_000;

/** How much longer a piece may take than a call that moves nothing: eight megabytes on a slow line. */
const PIECE_FACTOR = 6;

/** A source on a share that this node can read. It is never opened for writing. No call waits for a share that hangs. */
export class SharedFile implements PieceSource {
  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    private readonly claimed: JobInput,
    private readonly limitMs: number,
  ) {}

  /** @throws SkipJob when it is not what was claimed; NoAnswer, as the others do; the file system's error */
  static async open(path: string, claimed: JobInput, limitMs = SHARE_MS): Promise<SharedFile> {
    const opening = open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    let kept = false;
    try {
      const file = await within(limitMs, opening);
      kept = isClaimedFile(claimed, await within(limitMs, file.stat({ bigint: true })));
      if (!kept) throw sourceChanged();
      return new SharedFile(file, path, claimed, limitMs);
    } finally {
      if (!kept) void opening.then((file) => file.close()).catch(() => undefined);
    }
  }

  async read(offset: number, signal: AbortSignal): Promise<Buffer> {
    const piece = Buffer.allocUnsafe(pieceAt(offset, this.claimed.size));
    const reading = this.file.read(piece, 0, piece.length, offset);
    const { bytesRead } = await within(PIECE_FACTOR * this.limitMs, reading, signal);
    // Shorter than it was.
    if (bytesRead === 0) throw sourceChanged();
    return piece.subarray(0, bytesRead);
  }

  async finish(): Promise<void> {
    const same =
      isClaimedFile(this.claimed, await within(this.limitMs, this.file.stat({ bigint: true }))) &&
      isClaimedFile(this.claimed, await within(this.limitMs, lstat(this.path, { bigint: true })));
    if (!same) throw sourceChanged();
  }

  /** Waited for by nobody: it ends no sooner than a call that hangs. */
  close(): void {
    void this.file.close().catch(() => undefined);
  }
}
