import { createReadStream } from 'node:fs';
import { appendFile, mkdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';

/** A tool that complains about every frame must not fill the disk. */
const MAX_LOG_BYTES = 8 * 1024 * 1024;

/** Each job's own log, one text file in `logs/jobs`. */
@Injectable()
export class JobLogStore implements OnModuleInit {
  /** bytes of logs written to since start; what is not in it is asked of the disk once */
  private readonly sizes = new Map<number, number>();

  constructor(private readonly config: AppConfig) {}

  async onModuleInit(): Promise<void> {
    await mkdir(this.config.jobLogsFolder, { recursive: true });
  }

  async append(jobId: number, text: string): Promise<void> {
    const file = this.pathOf(jobId);
    const size =
      this.sizes.get(jobId) ??
      (await stat(file).then(
        (status) => status.size,
        () => 0,
      ));
    if (size >= MAX_LOG_BYTES) return;
    const room = MAX_LOG_BYTES - size;
    const cut =
      text.length > room ? `${text.slice(0, room)}\n... the log is full; the rest is left out\n` : text;
    await appendFile(file, cut, { mode: 0o640 });
    this.sizes.set(jobId, size + cut.length);
    if (this.sizes.size > 1000) this.sizes.clear();
  }

  /** One line of the server's own, in the form of the agent's lines. */
  async note(jobId: number, message: string): Promise<void> {
    await this.append(jobId, `${new Date().toISOString()} server: ${message}\n`);
  }

  /** @returns the log, or null when there is none (yet) */
  async read(jobId: number): Promise<Readable | null> {
    const file = this.pathOf(jobId);
    const exists = await stat(file).then(
      (status) => status.isFile(),
      () => false,
    );
    return exists ? createReadStream(file) : null;
  }

  async remove(jobId: number): Promise<void> {
    await unlink(this.pathOf(jobId)).catch(() => undefined);
    this.sizes.delete(jobId);
  }

  private pathOf(jobId: number): string {
    return path.join(this.config.jobLogsFolder, `${jobId}.log`);
  }
}
