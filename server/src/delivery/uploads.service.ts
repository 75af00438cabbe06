import { createHash, type Hash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, statfs, truncate } from 'node:fs/promises';
import path from 'node:path';
import { HttpException, Injectable, Logger } from '@nestjs/common';
import { resumeAt, TRANSFER_STATUS, type UploadedFile, type UploadEnd, type UploadStatus } from '#contracts';
import { Mutex } from 'async-mutex';
import { AppConfig } from '../config/app-config.js';
import type { JobEntity } from '../jobs/job.entity.js';
import { LeaseService } from '../jobs/lease.service.js';
import { jobFolderOf } from '../jobs/staging-area.js';
import { parseUploadName, uploadName } from './upload-names.js';

const PARTIAL = '.partial';

/** Bytes left free: the database lies on the same disk. */
const SPARE_BYTES = 256 * 1024 * 1024;

/** What an output may have beyond its share of the source: small films have large headers. */
const MARGIN = 64 * 1024 * 1024;

/** Outputs that are being sent and whose hash is carried along; the hash of one that is forgotten is read from the disk. */
const MAX_KNOWN = 500;

export interface UploadOrder {
  jobId: number;
  leaseToken: string;
  /** of the output */
  name: string;
  /** of all of it, as the node says */
  sha256: string;
}

interface Known {
  received: number;
  /** of what was received; null: not carried along since the first byte */
  hash: Hash | null;
}

/** The limit on all that a job sends: a replacement is smaller than its source, or it would not be one. */
export function limitOf(job: Pick<JobEntity, 'ending' | 'inputs'>): number {
  const source = job.inputs.reduce((sum, input) => sum + input.size, 0);
  return Math.ceil(source * (job.ending === 'replace' ? 1.1 : 4)) + MARGIN;
}

/** Outputs that nodes send in pieces. What lies on the disk says how far each has come, so that a restart loses none. */
@Injectable()
export class Uploads {
  private readonly logger = new Logger('Uploads');
  /** by the partial file's path */
  private readonly known = new Map<string, Known>();
  private readonly locks = new Map<number, Mutex>();

  constructor(
    private readonly leases: LeaseService,
    private readonly config: AppConfig,
  ) {}

  /** @returns how much of an output is here, also of what an earlier attempt has sent of the same one */
  status(order: UploadOrder): Promise<UploadStatus> {
    return this.locked(order, async (_job, final) => {
      await this.adopt(order, final);
      const whole = await sizeOf(final);
      return { received: whole ?? (await this.progress(final)).received };
    });
  }

  /**
   * Adds a piece at the end of what is here; any other is left alone, as the answer shows.
   * @throws HttpException 413 when the output becomes too large, 507 when the disk is full
   */
  add(order: UploadOrder, offset: number, piece: Buffer): Promise<UploadStatus> {
    return this.locked(order, async (job, final) => {
      const whole = await sizeOf(final);
      if (whole !== null) return { received: whole };
      const known = await this.progress(final);
      if (offset !== known.received || piece.length === 0) return { received: known.received };
      await this.assertLimit(job, order.leaseToken, piece.length);
      await this.assertRoom(piece.length);
      await this.append(final, known, piece);
      return { received: known.received };
    });
  }

  /** @throws HttpException 422 when it is not what was sent; it can be sent again from `received` on */
  end(order: UploadOrder, { size }: UploadEnd): Promise<UploadedFile> {
    return this.locked(order, async (_job, final) => {
      if ((await sizeOf(final)) === size) return { stagedPath: final };
      const known = await this.progress(final);
      if (known.received !== size) throw damaged(`the server has ${known.received} bytes of ${size}`);
      const partial = final + PARTIAL;
      const file = await open(partial, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o640);
      try {
        const hash = known.hash?.copy().digest('hex') ?? (await sha256Of(partial));
        if (hash !== order.sha256) {
          await rm(partial, { force: true });
          this.known.delete(final);
          throw damaged('it is not what the node had made');
        }
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(partial, final);
      await syncFolder(path.dirname(final));
      this.known.delete(final);
      return { stagedPath: final };
    });
  }

  private async locked<T>(
    order: UploadOrder,
    work: (job: JobEntity, final: string) => Promise<T>,
  ): Promise<T> {
    const { jobId, leaseToken, name, sha256 } = order;
    const lock = this.locks.get(jobId) ?? new Mutex();
    this.locks.set(jobId, lock);
    try {
      return await lock.runExclusive(async () => {
        // Inside the lock: a successor's claim must not come between the look and the write.
        const job = await this.leases.holding(jobId, leaseToken);
        const folder = jobFolderOf(path.resolve(this.config.workFolder), jobId);
        await mkdir(folder, { recursive: true });
        return work(job, path.join(folder, uploadName(leaseToken, name, sha256)));
      });
    } catch (error) {
      if (error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code)))
        throw this.noRoom();
      throw error;
    } finally {
      if (!lock.isLocked()) this.locks.delete(jobId);
    }
  }

  /** Takes over what an earlier attempt has sent of the same output, and removes what it has sent of another. */
  private async adopt({ leaseToken }: UploadOrder, final: string): Promise<void> {
    const own = parseUploadName(path.basename(final));
    const folder = path.dirname(final);
    for (const other of (await readdir(folder)).flatMap((file) => parseUploadName(file) ?? [])) {
      if (own === null || other.leaseToken === leaseToken || other.output !== own.output) continue;
      const from = path.join(folder, other.file);
      const before = path.join(folder, uploadBase(other.file));
      const known = this.known.get(before);
      this.known.delete(before);
      const to = other.whole ? final : final + PARTIAL;
      if (other.sha256 !== own.sha256 || (await sizeOf(to)) !== null) {
        await rm(from, { force: true });
        continue;
      }
      await rename(from, to);
      if (known !== undefined) this.known.set(final, known);
    }
  }

  private async progress(final: string): Promise<Known> {
    const known = this.known.get(final);
    if (known !== undefined) return known;
    const partial = final + PARTIAL;
    const size = await sizeOf(partial);
    // Its last piece may be torn; all before that was on the disk before it was answered for.
    const received = resumeAt(size ?? 0);
    if (size !== null) await truncate(partial, received);
    const found: Known = { received, hash: received === 0 ? createHash('sha256') : null };
    const [oldest] = this.known.keys();
    if (this.known.size >= MAX_KNOWN && oldest !== undefined) this.known.delete(oldest);
    this.known.set(final, found);
    return found;
  }

  private async append(final: string, known: Known, piece: Buffer): Promise<void> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW;
    const file = await open(final + PARTIAL, flags, 0o640);
    try {
      for (let done = 0; done < piece.length;) {
        const { bytesWritten } = await file.write(piece, done, piece.length - done, known.received + done);
        done += bytesWritten;
      }
      await file.datasync();
    } finally {
      await file.close();
    }
    known.hash?.update(piece);
    known.received += piece.length;
  }

  private async assertLimit(job: JobEntity, leaseToken: string, more: number): Promise<void> {
    const folder = jobFolderOf(path.resolve(this.config.workFolder), job.id);
    let total = more;
    for (const file of await readdir(folder)) {
      if (parseUploadName(file)?.leaseToken === leaseToken)
        total += (await sizeOf(path.join(folder, file))) ?? 0;
    }
    const limit = limitOf(job);
    if (total <= limit) return;
    const message = `the outputs of job ${job.id} may have ${limit} bytes together, and have more`;
    throw new HttpException(message, TRANSFER_STATUS.tooLarge);
  }

  private async assertRoom(bytes: number): Promise<void> {
    const free = await statfs(this.config.workFolder).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => null,
    );
    if (free !== null && free < bytes + SPARE_BYTES) throw this.noRoom();
  }

  private noRoom(): HttpException {
    const message = `there is no room for outputs in ${path.resolve(this.config.workFolder)}; the node tries again`;
    this.logger.warn(message);
    return new HttpException(message, TRANSFER_STATUS.noRoom);
  }
}

function damaged(what: string): HttpException {
  return new HttpException(`the output is not whole: ${what}`, TRANSFER_STATUS.damaged);
}

function uploadBase(file: string): string {
  return file.endsWith(PARTIAL) ? file.slice(0, -PARTIAL.length) : file;
}

/** @returns null when there is no such file */
async function sizeOf(file: string): Promise<number | null> {
  const status = await lstat(file).catch(() => null);
  return status?.isFile() === true ? status.size : null;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Where folders cannot be synced there is nothing to wait for. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
