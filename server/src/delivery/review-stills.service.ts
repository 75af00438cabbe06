import { lstat, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  ConflictException,
  Injectable,
  NotFoundException,
  ServiceUnavailableException,
  type OnModuleDestroy,
} from '@nestjs/common';
import { deliverRequest, type JobInput, type StillQuery } from '#contracts';
import { fileUrl } from '#engine/tools/ffprobe.js';
import { runTool } from '#engine/tools/run-tool.js';
import { ToolError } from '#engine/tools/tool-error.js';
import PQueue from 'p-queue';
import { AppConfig } from '../config/app-config.js';
import { JobReader } from '../jobs/job-reader.service.js';
import { assertStaged } from '../jobs/staging-area.js';
import { assertInReview } from './review-record.js';

/** ms for one picture; a seek in a large file on a sleeping disk takes some */
const LIMIT_MS = 30_000;

/** Pictures that may wait for their turn; who asks for more is told to ask again. */
const MOST_WAITING = 8;

/** Square pixels, at most 1280 of them in a row. */
const SCALE = 'scale=trunc(iw*sar/2)*2:ih,setsar=1,scale=min(1280\\,iw):-2';

/** Pictures of source and output at the same second, for a person to compare. One is made at a time. */
@Injectable()
export class ReviewStills implements OnModuleDestroy {
  private readonly queue = new PQueue({ concurrency: 1 });
  private readonly ended = new AbortController();

  constructor(
    private readonly reader: JobReader,
    private readonly config: AppConfig,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.ended.abort();
    await this.queue.onIdle();
  }

  /**
   * @returns a JPEG
   * @throws NotFoundException when there is no picture at that second; ConflictException when the job does not wait for
   *   review or its file cannot be read; ServiceUnavailableException when too many are asked for
   */
  async still(jobId: number, { of, at }: StillQuery): Promise<Buffer> {
    const file = await this.fileOf(jobId, of);
    if (this.queue.size >= MOST_WAITING)
      throw new ServiceUnavailableException('too many pictures are being made; ask again in a moment');
    return this.queue.add(() => this.make(file, at));
  }

  /** The job's own two files, and no others. */
  private async fileOf(jobId: number, of: StillQuery['of']): Promise<string> {
    const row = await this.reader.row(jobId);
    assertInReview(row);
    const delivery = deliverRequest.parse(row.delivery);
    const file = of === 'source' ? row.inputs[0]?.path : delivery.outputs[0]?.stagedPath;
    if (file === undefined) throw new NotFoundException(`job ${jobId} has no ${of}`);
    if (of === 'source') await assertUnchanged(row.inputs[0]);
    else
      await assertStaged(delivery, this.config.workFolder, jobId).catch(() => {
        throw new ConflictException(`the output of job ${jobId} is no longer where it was delivered`);
      });
    return file;
  }

  private async make(file: string, at: number): Promise<Buffer> {
    const folder = await mkdtemp(path.join(tmpdir(), 'boilarr-still-'));
    const picture = path.join(folder, 'still.jpg');
    try {
      await runTool(
        'ffmpeg',
        [
          ...['-hide_banner', '-v', 'error', '-ss', at.toFixed(3), '-i', fileUrl(file), '-map', '0:V:0'],
          ...['-frames:v', '1', '-vf', SCALE, '-q:v', '3', '-f', 'image2', '-update', '1', fileUrl(picture)],
        ],
        { limitMs: LIMIT_MS, nice: 5, signal: this.ended.signal },
      );
      return await readFile(picture);
    } catch (error) {
      if (error instanceof ToolError)
        throw new ConflictException(`no picture of ${file} could be made: ${error.message}`);
      // Beyond the end ffmpeg ends well and writes nothing.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
        throw new NotFoundException(`${file} has no picture at ${at} s`);
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** A picture of another film would be worse than none. @throws ConflictException */
async function assertUnchanged(source: JobInput | undefined): Promise<void> {
  if (source === undefined) return;
  const { path: file, size, mtimeNs } = source;
  const stats = await lstat(file, { bigint: true }).catch(() => null);
  if (stats?.isFile() === true && Number(stats.size) === size && String(stats.mtimeNs) === mtimeNs) return;
  const what = stats === null ? 'is not there' : 'is no longer the file that was encoded';
  throw new ConflictException(`${file} ${what}; the next scan decides on it anew`);
}
