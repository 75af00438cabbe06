import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AppConfig } from '../config/app-config.js';

/** By which a node finds out whether its work folder is the server's own. */
const NAME = '.boilarr-work';

/** A file in the work folder with a content that nobody else can know of; new at each start. */
@Injectable()
export class WorkProbe implements OnModuleDestroy {
  private readonly content = randomBytes(16).toString('hex');
  private written: Promise<void> | null = null;

  constructor(private readonly config: AppConfig) {}

  async probe(): Promise<{ name: string; content: string; folder: string }> {
    this.written ??= this.write();
    await this.written;
    return { name: NAME, content: this.content, folder: path.resolve(this.config.workFolder) };
  }

  async onModuleDestroy(): Promise<void> {
    if (this.written === null) return;
    await this.written.catch(() => undefined);
    await rm(this.file, { force: true });
  }

  private get file(): string {
    return path.join(this.config.workFolder, NAME);
  }

  private async write(): Promise<void> {
    await mkdir(this.config.workFolder, { recursive: true });
    await writeFile(this.file, this.content, { mode: 0o640 });
  }
}
