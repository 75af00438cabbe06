import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import {
  CHUNK_HASH_HEADER,
  pieceAt,
  TRANSFER_CHUNK,
  TRANSFER_STATUS,
  uploadedFile,
  uploadStatus,
  type DeliveredFile,
} from '#contracts';
import { StepFailure } from '#engine/pipeline/step.js';
import { ServerRefusal, type ServerClient } from '../registration/server-client.js';
import { askedAgain } from './asked-again.js';
import { damagedFor } from './outcome-of.js';
import type { RateLimit } from './rate-limit.js';
import type { TransferJob } from './transfer.js';

/** Pieces begin so large, and grow as long as they are quick: on a slow line a large one would be taken for a dead one. */
const FIRST_PIECE = 1024 * 1024;
const SMALLEST_PIECE = 64 * 1024;
const QUICK_MS = 2000;

/** Times that a whole output may turn out to be another than was sent. */
const MAX_WHOLE = 3;

export interface Sending {
  client: ServerClient;
  limit: RateLimit;
  job: Pick<TransferJob, 'assignment' | 'log' | 'signal' | 'waiting'>;
  output: DeliveredFile;
  /** @param bytes that the server has by now; the first call says how many it had already */
  onBytes: (bytes: number) => void;
}

/**
 * Sends an output to the server, going on where an earlier attempt was cut off.
 * @returns where the server has put it
 * @throws StepFailure, the signal's reason; the file system's error
 */
export async function send(sending: Sending): Promise<string> {
  const { output } = sending;
  const file = await open(output.stagedPath, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for (let time = 1; ; time += 1) {
      await sendPieces(sending, file);
      const stagedPath = await end(sending);
      if (stagedPath !== null) return stagedPath;
      // The server has thrown it away, and takes it again from its first byte.
      if (time === MAX_WHOLE) throw damagedFor(`the output ${output.name}`, time);
      sending.job.log.info(`the output ${output.name} is not what was sent; it is sent again`);
    }
  } finally {
    await file.close();
  }
}

async function sendPieces(sending: Sending, file: FileHandle): Promise<void> {
  const { output, job, limit, onBytes } = sending;
  const what = `the output ${output.name}`;
  let received = await askedAgain(what, job, (signal) => ask(sending, signal, null));
  onBytes(received);
  let largest = FIRST_PIECE;
  while (received < output.size) {
    const offset = received;
    const wanted = () => pieceAt(offset, output.size, limit.pieceSize(largest));
    await limit.take(wanted(), job.signal);
    const started = performance.now();
    received = await askedAgain(`${what} at byte ${offset}`, job, async (signal) => {
      const bytes = await readPiece(file, offset, wanted());
      if (bytes.length === 0) throw shorter(output, offset);
      // A line that is too slow for it gets a smaller one the next time.
      largest = Math.max(SMALLEST_PIECE, Math.floor(largest / 2));
      return ask(sending, signal, { offset, bytes });
    });
    if (performance.now() - started < QUICK_MS) largest = Math.min(TRANSFER_CHUNK, largest * 4);
    onBytes(received);
  }
}

/** @returns null when the whole is not what it should be */
async function end(sending: Sending): Promise<string | null> {
  const { output, client, job } = sending;
  const what = `the output ${output.name}`;
  return askedAgain(what, job, async (signal) => {
    try {
      const response = await client.exchange(`${routeOf(sending)}/end`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ size: output.size, sha256: output.sha256 }),
        signal,
        leaseToken: job.assignment.leaseToken,
      });
      return uploadedFile.parse(await response.json()).stagedPath;
    } catch (error) {
      if (error instanceof ServerRefusal && error.status === TRANSFER_STATUS.damaged) return null;
      throw error;
    }
  });
}

/** @returns how much of it the server has */
async function ask(
  { client, job, output, limit }: Sending,
  signal: AbortSignal,
  piece: { offset: number; bytes: Uint8Array<ArrayBuffer> } | null,
): Promise<number> {
  const route = `${routeOf({ job, output })}?sha256=${output.sha256}`;
  const { leaseToken } = job.assignment;
  const response =
    piece === null
      ? await client.exchange(route, { method: 'GET', signal, leaseToken })
      : await client.exchange(`${route}&offset=${piece.offset}`, {
          method: 'PUT',
          headers: {
            'content-type': 'application/octet-stream',
            [CHUNK_HASH_HEADER]: createHash('sha256').update(piece.bytes).digest('hex'),
          },
          body: piece.bytes,
          signal,
          leaseToken,
        });
  limit.count(piece?.bytes.length ?? 0);
  return uploadStatus.parse(await response.json()).received;
}

function routeOf({ job, output }: Pick<Sending, 'job' | 'output'>): string {
  return `jobs/${job.assignment.jobId}/outputs/${encodeURIComponent(output.name)}`;
}

async function readPiece(file: FileHandle, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const piece = new Uint8Array(length);
  const { bytesRead } = await file.read(piece, 0, length, offset);
  return piece.subarray(0, bytesRead);
}

function shorter({ name, size }: DeliveredFile, have: number): StepFailure {
  const message = `the output ${name} has ${have} bytes instead of ${size}; it is made anew`;
  return new StepFailure({ code: 'output_missing', message }, true);
}
