import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { HttpException, Injectable, NotFoundException } from '@nestjs/common';
import { TRANSFER_CHUNK, TRANSFER_STATUS, type JobInput } from '#contracts';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/app-config.js';
import type { JobEntity } from '../jobs/job.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';

/** Read alone, no link at its end, and no waiting for who might write into a pipe. */
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export interface Piece {
  bytes: Buffer;
  /** of the whole file */
  size: number;
}

function changed(input: JobInput): HttpException {
  const message = `${input.path} is no longer the file that was decided on`;
  return new HttpException(message, TRANSFER_STATUS.sourceChanged);
}

/** Hands out a job's sources in pieces, as long as they are what was claimed. */
@Injectable()
export class InputFiles {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: AppConfig,
  ) {}

  /**
   * @param name of one of the job's inputs
   * @param length bytes; at most TRANSFER_CHUNK are read
   * @throws HttpException: no such input, changed, cannot be read just now
   */
  async read(job: JobEntity, name: string, offset: number, length: number): Promise<Piece> {
    const input = job.inputs.find((one) => one.name === name);
    if (input === undefined) throw new NotFoundException(`job ${job.id} has no input ${name}`);
    const wanted = Math.min(length, TRANSFER_CHUNK, Math.max(0, input.size - offset));
    try {
      const file = await open(await this.placeOf(input), READ_ONLY);
      try {
        await this.compare(file, input);
        const bytes = await readFully(file, offset, wanted);
        await this.compare(file, input);
        if (bytes.length < wanted) throw changed(input);
        return { bytes, size: input.size };
      } finally {
        await file.close();
      }
    } catch (error) {
      if (error instanceof HttpException) throw error;
      throw explain(error, input);
    }
  }

  /**
   * A path whose folders are all real, inside of a library or of the work folder: the inputs of a child job are what a
   * node has said.
   */
  private async placeOf({ path: file }: JobInput): Promise<string> {
    const libraries = await this.dataSource.manager.find(LibraryEntity, { select: { id: true, path: true } });
    const folder = await realpath(path.dirname(file));
    for (const root of [...libraries.map((library) => library.path), this.config.workFolder]) {
      const real = await realpath(root).catch(() => null);
      if (
        real !== null &&
        (folder === real || folder.startsWith(real.endsWith(path.sep) ? real : real + path.sep))
      )
        return path.join(folder, path.basename(file));
    }
    throw new NotFoundException(`${file} lies in no library`);
  }

  private async compare(file: FileHandle, input: JobInput): Promise<void> {
    const status = await file.stat({ bigint: true });
    const same =
      status.isFile() && Number(status.size) === input.size && String(status.mtimeNs) === input.mtimeNs;
    if (!same) throw changed(input);
  }
}

/** @returns fewer bytes only at the file's end */
async function readFully(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

function explain(error: unknown, input: JobInput): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === null) return error instanceof Error ? error : new Error(String(error));
  // A link has taken its place.
  if (code === 'ELOOP') return changed(input);
  return new HttpException(
    `the server cannot read ${input.path} just now (${code}); is the disk or the share mounted?`,
    TRANSFER_STATUS.sourceAway,
  );
}
