import { createHash } from 'node:crypto';
import { CHUNK_HASH_HEADER, pieceAt, TRANSFER_CHUNK, type JobInput } from '#contracts';
import type { ServerClient } from '../registration/server-client.js';
import { askedAgain, DamagedPiece } from './asked-again.js';
import type { PieceSource } from './incoming-file.js';
import type { RateLimit } from './rate-limit.js';
import type { TransferJob } from './transfer.js';

/** A source that the server hands out over the network. */
export class ServerFile implements PieceSource {
  constructor(
    private readonly client: ServerClient,
    private readonly limit: RateLimit,
    private readonly job: Pick<TransferJob, 'assignment' | 'log'>,
    private readonly input: JobInput,
  ) {}

  /** @throws SkipJob when it has changed; StepFailure; the signal's reason */
  async read(offset: number, signal: AbortSignal): Promise<Buffer> {
    return this.piece(offset, pieceAt(offset, this.input.size, this.limit.pieceSize(TRANSFER_CHUNK)), signal);
  }

  /** Has the server look whether it is still the claimed file; it does so with every piece. */
  async confirm(signal: AbortSignal): Promise<void> {
    if (this.input.size > 0) await this.piece(0, 1, signal);
  }

  finish(): Promise<void> {
    // The server has compared it before and after each piece.
    return Promise.resolve();
  }

  private async piece(offset: number, length: number, signal: AbortSignal): Promise<Buffer> {
    const { jobId, leaseToken } = this.job.assignment;
    const route = `jobs/${jobId}/inputs/${encodeURIComponent(this.input.name)}?offset=${offset}&length=${length}`;
    const what = `${this.input.name} at byte ${offset}`;
    await this.limit.take(length, signal);
    return askedAgain(what, { signal, log: this.job.log }, async (until, moved) => {
      const response = await this.client.exchange(route, {
        method: 'GET',
        headers: { 'accept-encoding': 'identity' },
        signal: until,
        leaseToken,
      });
      const piece = await bodyOf(response, length, moved);
      this.limit.count(piece.length);
      const hash = createHash('sha256').update(piece).digest('hex');
      if (piece.length !== length || hash !== response.headers.get(CHUNK_HASH_HEADER))
        throw new DamagedPiece();
      return piece;
    });
  }
}

/** Reads a body that may have so many bytes and not one more. */
async function bodyOf(response: Response, length: number, moved: () => void): Promise<Buffer> {
  const piece = Buffer.allocUnsafe(length);
  let got = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    moved();
    if (got + part.length > length) throw new DamagedPiece();
    piece.set(part, got);
    got += part.length;
  }
  return piece.subarray(0, got);
}
