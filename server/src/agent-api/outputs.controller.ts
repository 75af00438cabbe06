import { createHash } from 'node:crypto';
import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  HttpException,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
  ServiceUnavailableException,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  bytes,
  CHUNK_HASH_HEADER,
  idParam,
  TRANSFER_CHUNK,
  TRANSFER_STATUS,
  uploadEnd,
  uploadQuery,
  type UploadedFile,
  type UploadEnd,
  type UploadQuery,
  type UploadStatus,
} from '#contracts';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { ForNodes } from '../auth/auth.guard.js';
import { LeaseToken } from '../auth/lease-token.decorator.js';
import { Uploads } from '../delivery/uploads.service.js';
import { LeaseService } from '../jobs/lease.service.js';
import { PieceGate } from '../reach/piece-gate.js';

const pieceQuery = uploadQuery.extend({ offset: z.coerce.number().pipe(bytes) });
type PieceQuery = z.infer<typeof pieceQuery>;

const outputName = z.string().min(1).max(200);
const id = { schema: idParam };
const named = { schema: outputName };

/** The outputs of jobs, in pieces, from nodes whose work folder the server does not see. */
@ApiExcludeController()
@ForNodes()
@Controller('agent/jobs')
export class OutputsController {
  constructor(
    private readonly uploads: Uploads,
    private readonly leases: LeaseService,
    private readonly gate: PieceGate,
  ) {}

  @Get(':id/outputs/:name')
  status(
    @Param('id', id) jobId: number,
    @Param('name', named) name: string,
    @LeaseToken() leaseToken: string,
    @Query({ schema: uploadQuery }) { sha256 }: UploadQuery,
  ): Promise<UploadStatus> {
    return this.uploads.status({ jobId, leaseToken, name, sha256 });
  }

  /** A piece that does not follow what is here is left alone, so that one may be sent twice. */
  @Put(':id/outputs/:name')
  async add(
    @Param('id', id) jobId: number,
    @Param('name', named) name: string,
    @LeaseToken() leaseToken: string,
    @Query({ schema: pieceQuery }) { sha256, offset }: PieceQuery,
    @Headers(CHUNK_HASH_HEADER) hash: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadStatus> {
    await this.gate.enter(response);
    // Before a body is read that nobody wants.
    await this.leases.holding(jobId, leaseToken);
    const piece = await bodyOf(request);
    if (createHash('sha256').update(piece).digest('hex') !== hash)
      throw new HttpException('the piece arrived damaged; send it again', TRANSFER_STATUS.damaged);
    return this.uploads.add({ jobId, leaseToken, name, sha256 }, offset, piece);
  }

  @Post(':id/outputs/:name/end')
  @HttpCode(200)
  end(
    @Param('id', id) jobId: number,
    @Param('name', named) name: string,
    @LeaseToken() leaseToken: string,
    @Body({ schema: uploadEnd }) body: UploadEnd,
  ): Promise<UploadedFile> {
    return this.uploads.end({ jobId, leaseToken, name, sha256: body.sha256 }, body);
  }
}

/** @throws HttpException for a body that is too large or was cut off */
async function bodyOf(request: Request): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > TRANSFER_CHUNK) break;
      parts.push(part);
    }
  } catch {
    throw new ServiceUnavailableException('the piece was cut off; send it again');
  }
  if (size > TRANSFER_CHUNK)
    throw new HttpException(`a piece may have ${TRANSFER_CHUNK} bytes`, TRANSFER_STATUS.tooLarge);
  return Buffer.concat(parts);
}
