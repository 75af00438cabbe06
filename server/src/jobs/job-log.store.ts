import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
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

  /**
   * @param tail bytes: no more than these, from a line's start to the end; none: all of it
   * @returns the log, or null when there is none (yet)
   */
  async read(jobId: number, tail?: number): Promise<Readable | null> {
    const file = this.pathOf(jobId);
    const size = await stat(file).then(
      (status) => (status.isFile() ? status.size : null),
      () => null,
    );
    if (size === null) return null;
    if (tail === undefined || tail >= size) return createReadStream(file);
    return Readable.from([await readTail(file, size - tail, tail)], { objectMode: false });
  }

  async remove(jobId: number): Promise<void> {
    await unlink(this.pathOf(jobId)).catch(() => undefined);
    this.sizes.delete(jobId);
  }

  private pathOf(jobId: number): string {
    return path.join(this.config.jobLogsFolder, `${jobId}.log`);
  }
}

/** What begins at a line's start, from a place in a file on; nothing, when no line begins there any more. */
async function readTail(file: string, from: number, length: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    // With the byte before it, which tells whether a line begins right there.
    const buffer = Buffer.alloc(length + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from - 1);
    const end = buffer.subarray(0, bytesRead).indexOf('\n');
    return end < 0 ? Buffer.alloc(0) : buffer.subarray(end + 1, bytesRead);
  } finally {
    await handle.close();
  }
}
