import { Injectable, NotFoundException, type OnModuleDestroy } from '@nestjs/common';
import type { CommandRequest, CommandResource } from '#contracts';
import { DataSource } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { toIso } from '../jobs/job.mapper.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { TrashLimits } from '../replace/trash-limits.js';
import { ScannerService } from '../scanner/scanner.service.js';
import { TasksService } from '../tasks/tasks.service.js';
import { CommandEntity } from './command.entity.js';

const LISTED = 100;

/** Does what a person asked for, and keeps a record of what came of it. */
@Injectable()
export class CommandsService implements OnModuleDestroy {
  private readonly stopped = new AbortController();

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly scanner: ScannerService,
    private readonly tasks: TasksService,
    private readonly trash: TrashLimits,
  ) {}

  onModuleDestroy(): void {
    this.stopped.abort();
  }

  /** @returns the record at once; the work goes on behind it */
  async execute(request: CommandRequest): Promise<CommandResource> {
    const { name, ...body } = request;
    const now = Date.now();
    const id = await this.writer.write(async (manager) => {
      const row = { name, body, status: 'started' as const, queuedAt: now, startedAt: now };
      const result = await manager.insert(CommandEntity, row);
      return result.identifiers[0]?.['id'] as number;
    });
    void this.perform(request).then(
      (message) => this.finish(id, 'completed', message),
      (error: unknown) => this.finish(id, 'failed', error instanceof Error ? error.message : String(error)),
    );
    return this.get(id);
  }

  async get(id: number): Promise<CommandResource> {
    const row = await this.dataSource.manager.findOneBy(CommandEntity, { id });
    if (row === null) throw new NotFoundException(`there is no command ${id}`);
    return toResource(row);
  }

  async list(): Promise<CommandResource[]> {
    const rows = await this.dataSource.manager.find(CommandEntity, {
      order: { queuedAt: 'DESC' },
      take: LISTED,
    });
    return rows.map(toResource);
  }

  private async perform(request: CommandRequest): Promise<string> {
    switch (request.name) {
      case 'ScanLibrary':
        return this.scan([request.libraryId]);
      case 'ScanAllLibraries': {
        const libraries = await this.dataSource.manager.findBy(LibraryEntity, { enabled: true });
        return this.scan(libraries.map((library) => library.id));
      }
      case 'RunTask':
        await this.tasks.run(request.task);
        return `${request.task} is done`;
      case 'EmptyTrash':
        return this.emptyTrash(request.libraryId);
    }
  }

  private async scan(ids: readonly number[]): Promise<string> {
    for (const id of ids) this.scanner.start(id);
    const ends = await Promise.all(ids.map((id) => this.scanner.whenIdle(id)));
    const failed = ends.find((end) => end.state === 'failed');
    if (failed !== undefined) throw new Error(failed.error ?? 'a scan failed');
    return `${ends.reduce((sum, end) => sum + end.counts.media, 0)} media files seen`;
  }

  private async emptyTrash(libraryId: number | undefined): Promise<string> {
    const { deleted, bytes, kept, messages } = await this.trash.emptyAll(libraryId, this.stopped.signal);
    const files = `${deleted} ${deleted === 1 ? 'file' : 'files'} deleted for good, ${bytes} bytes`;
    return kept === 0 ? files : `${files}; ${kept} kept: ${messages.join('; ')}`;
  }

  private async finish(id: number, status: 'completed' | 'failed', message: string): Promise<void> {
    await this.writer.write((manager) =>
      manager.update(CommandEntity, { id }, { status, message, endedAt: Date.now() }),
    );
  }
}

function toResource(row: CommandEntity): CommandResource {
  return {
    id: row.id,
    name: row.name,
    body: row.body,
    status: row.status,
    message: row.message,
    queuedAt: toIso(row.queuedAt),
    startedAt: row.startedAt === null ? null : toIso(row.startedAt),
    endedAt: row.endedAt === null ? null : toIso(row.endedAt),
  };
}
