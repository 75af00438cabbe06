import { Injectable, Logger, NotFoundException, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import type { TaskResource } from '#contracts';
import { DataSource } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import type { TaskDefinition } from './task-definition.js';
import { TaskEntity } from './task.entity.js';

const LOOK_EVERY_MS = 10_000;

/** Runs what is due. Last runs are rows, so that a restart neither forgets nor repeats. */
@Injectable()
export class TasksService implements OnModuleDestroy {
  private readonly logger = new Logger('Tasks');
  private readonly definitions = new Map<string, TaskDefinition>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
  ) {}

  /** @throws when two features give a task the same name: at start, not at its first run */
  add(...definitions: readonly TaskDefinition[]): void {
    for (const definition of definitions) {
      if (this.definitions.has(definition.name)) throw new Error(`two tasks are named ${definition.name}`);
      this.definitions.set(definition.name, definition);
    }
  }

  async list(): Promise<TaskResource[]> {
    const rows = new Map((await this.dataSource.manager.find(TaskEntity)).map((row) => [row.name, row]));
    return [...this.definitions.values()].map((definition) => {
      const row = rows.get(definition.name);
      const lastRunAt = row?.lastRunAt ?? null;
      return {
        name: definition.name,
        intervalSeconds: definition.intervalSeconds,
        lastRunAt: lastRunAt === null ? null : new Date(lastRunAt).toISOString(),
        lastDurationMs: row?.lastDurationMs ?? null,
        lastError: row?.lastError ?? null,
        nextRunAt: new Date((lastRunAt ?? Date.now()) + definition.intervalSeconds * 1000).toISOString(),
        running: this.running.has(definition.name),
      };
    });
  }

  /** Runs a task now; one that runs already is only waited for. */
  async run(name: string): Promise<void> {
    const definition = this.definitions.get(name);
    if (definition === undefined) {
      throw new NotFoundException(
        `there is no task ${name}; there are: ${[...this.definitions.keys()].join(', ')}`,
      );
    }
    await (this.running.get(name) ?? this.start(definition));
  }

  @Interval(LOOK_EVERY_MS)
  async runDue(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    const rows = new Map((await this.dataSource.manager.find(TaskEntity)).map((row) => [row.name, row]));
    for (const definition of this.definitions.values()) {
      const last = rows.get(definition.name)?.lastRunAt ?? 0;
      if (Date.now() - last < definition.intervalSeconds * 1000 || this.running.has(definition.name))
        continue;
      void this.start(definition).catch(() => undefined);
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled(this.running.values());
  }

  private start(definition: TaskDefinition): Promise<void> {
    const run = this.execute(definition).finally(() => this.running.delete(definition.name));
    this.running.set(definition.name, run);
    return run;
  }

  private async execute(definition: TaskDefinition): Promise<void> {
    const startedAt = Date.now();
    let lastError: string | null = null;
    try {
      await definition.run(this.stopping.signal);
    } catch (error) {
      lastError = error instanceof Error ? error.message : String(error);
      this.logger.error(`task ${definition.name}: ${lastError}`);
      throw error;
    } finally {
      if (!this.stopping.signal.aborted) {
        await this.writer.write((manager) =>
          manager.upsert(
            TaskEntity,
            {
              name: definition.name,
              lastRunAt: startedAt,
              lastDurationMs: Date.now() - startedAt,
              lastError,
            },
            ['name'],
          ),
        );
      }
    }
  }
}
