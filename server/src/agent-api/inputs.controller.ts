import { createHash } from 'node:crypto';
import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { bytes, CHUNK_HASH_HEADER, idParam, TRANSFER_CHUNK } from '#contracts';
import type { Response } from 'express';
import { z } from 'zod';
import { ForNodes } from '../auth/auth.guard.js';
import { LeaseToken } from '../auth/lease-token.decorator.js';
import { LeaseService } from '../jobs/lease.service.js';
import { InputFiles } from '../reach/input-files.service.js';
import { PieceGate } from '../reach/piece-gate.js';

const pieceQuery = z.object({
  offset: z.coerce.number().pipe(bytes).default(0),
  length: z.coerce.number().int().positive().default(TRANSFER_CHUNK),
});
type PieceQuery = z.infer<typeof pieceQuery>;

/** The sources of jobs, in pieces, for nodes that cannot read them themselves. */
@ApiExcludeController()
@ForNodes()
@Controller('agent/jobs')
export class InputsController {
  constructor(
    private readonly leases: LeaseService,
    private readonly inputs: InputFiles,
    private readonly gate: PieceGate,
  ) {}

  /** One piece, with its hash; by `offset` and `length`, or by a `Range` of one part, which is refused with 416 behind the end. */
  @Get(':id/inputs/:name')
  async piece(
    @Param('id', { schema: idParam }) id: number,
    @Param('name') name: string,
    @LeaseToken() token: string,
    @Query({ schema: pieceQuery }) query: PieceQuery,
    @Headers('range') range: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const ranged = rangeOf(range);
    const { offset, length } = ranged ?? query;
    await this.gate.enter(response);
    const job = await this.leases.holding(id, token);
    const piece = await this.inputs.read(job, name, offset, length);
    const end = offset + piece.bytes.length;
    response.status(ranged === null ? 200 : piece.bytes.length > 0 ? 206 : 416);
    response.set({
      'content-type': 'application/octet-stream',
      'content-length': String(piece.bytes.length),
      'content-range':
        piece.bytes.length > 0 ? `bytes ${offset}-${end - 1}/${piece.size}` : `bytes */${piece.size}`,
      'cache-control': 'no-store',
      [CHUNK_HASH_HEADER]: createHash('sha256').update(piece.bytes).digest('hex'),
    });
    response.end(piece.bytes);
  }
}

/** @returns null for no range, or one of a kind that may be passed over */
function rangeOf(header: string | undefined): PieceQuery | null {
  const match = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null) return null;
  const offset = Number(match[1]);
  const length = match[2] === '' ? TRANSFER_CHUNK : Number(match[2]) - offset + 1;
  return length > 0 ? { offset, length } : null;
}
