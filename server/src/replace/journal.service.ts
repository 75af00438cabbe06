import path from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, In, type QueryDeepPartialEntity } from 'typeorm';
import { WebhookService } from '../connect/webhook.service.js';
import { DbWriter } from '../database/db-writer.js';
import { EventBus } from '../realtime/event-bus.js';
import { closeReplacement } from './close-replacement.js';
import { closeRestore } from './close-restore.js';
import { closeUndone } from './close-undone.js';
import type { SwappedFacts } from './closing-rows.js';
import { faultPoint } from './fault-points.js';
import { errnoOf, isRefused, type FilePort } from './file-port.js';
import { FILE_PORT } from './file-port.token.js';
import { messageOf, Refusal } from './replace-failure.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { moveSidecars } from './sidecars.js';
import { decide, inspect, isMounted } from './situation.js';
import { unstage } from './staging.js';
import { swapBack, type SwappedBack } from './swap-back.js';
import { swapForward } from './swap.js';

export type NewJournalRow = Omit<ReplaceJournalEntity, 'id' | 'state' | 'openedAt' | 'closedAt' | 'note'>;

/** How a row ended, or that it could not be ended. */
export type Settlement = 'done' | 'undone' | 'left';

const CUT_SHORT = 'cut short, and what lay there then could not be made into the whole of it';

function undoneByRecovery(cause: string): string {
  return `undone by recovery: ${cause}`;
}

/** The journal: rows are opened before the library changes, and closed with everything that follows from it. */
@Injectable()
export class JournalService {
  private readonly logger = new Logger('Journal');
  /** rows that this process is working on: recovery keeps its hands off them */
  private readonly active = new Set<number>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly webhooks: WebhookService,
    private readonly events: EventBus,
    @Inject(FILE_PORT) private readonly port: FilePort,
  ) {}

  /**
   * Commits a row that says which file is about to be staged, and for what.
   * @throws Error when its name in the trash is taken: what lies there is another row's
   */
  async begin(values: NewJournalRow): Promise<ReplaceJournalEntity> {
    if ((await this.port.lstat(values.trashPath)) !== null) {
      throw new Error(
        `${values.trashPath} exists already; nothing was changed, and another name is tried next`,
      );
    }
    return this.writer.write(async (manager) => {
      const row = await manager.save(
        ReplaceJournalEntity,
        manager.create(ReplaceJournalEntity, {
          ...values,
          state: 'staging',
          openedAt: Date.now(),
          closedAt: null,
          note: null,
        }),
      );
      // Before anybody can see the row. Should the commit fail, the next row has this id, and releases it.
      this.active.add(row.id);
      return row;
    });
  }

  /** Commits that from now on the library itself may change. */
  async open(row: ReplaceJournalEntity): Promise<void> {
    row.state = 'open';
    row.openedAt = Date.now();
    const changes = { state: row.state, openedAt: row.openedAt, closing: row.closing };
    await this.writer.write((manager) =>
      manager.update(
        ReplaceJournalEntity,
        { id: row.id },
        changes as QueryDeepPartialEntity<ReplaceJournalEntity>,
      ),
    );
  }

  /** This process no longer works on the row, whatever its state. */
  release(row: ReplaceJournalEntity): void {
    this.active.delete(row.id);
  }

  /** Whether an earlier replacement or restore of the file is still open, so that another must not begin. */
  isUnsettled(fileId: number): Promise<boolean> {
    return this.dataSource.manager.existsBy(ReplaceJournalEntity, { fileId, state: In(['staging', 'open']) });
  }

  /** @returns rows that are not closed and that nobody in this process works on, oldest first */
  async unsettled(): Promise<ReplaceJournalEntity[]> {
    // In a turn of its own: on the shared connection a row could be seen before its transaction has ended.
    return this.writer.write(async (manager) => {
      const rows = await manager.find(ReplaceJournalEntity, {
        where: { state: In(['staging', 'open']) },
        order: { id: 'ASC' },
      });
      return rows.filter((row) => !this.active.has(row.id));
    });
  }

  /** Does the swap and closes the row. What throws is settled by `settle`. */
  async carryOut(row: ReplaceJournalEntity, libraryPath: string): Promise<void> {
    await swapForward(this.port, row, libraryPath, false);
    await this.finish(row, libraryPath, false);
  }

  /**
   * Ends a row after something went wrong in this process: finished if the swap is complete, else undone.
   * @param cause a `target_exists` means that the name, even of an empty file, is somebody else's
   * @returns `left` when neither could be done; recovery tries again
   */
  async settle(row: ReplaceJournalEntity, libraryPath: string, cause: unknown): Promise<Settlement> {
    try {
      if (row.state === 'staging') {
        // A share that went away has taken the staged file with it: unstaged it must be once it is back.
        if (!(await isMounted(this.port, row))) return 'left';
        await this.endStaging(row, messageOf(cause), false);
        return 'undone';
      }
      const decision = decide(await inspect(this.port, row));
      if (decision === 'leave') return 'left';
      if (decision === 'finish') {
        await this.finish(row, libraryPath, false);
        return 'done';
      }
      const foreign = cause instanceof Refusal && cause.reason.code === 'target_exists';
      return await this.undo(row, libraryPath, !foreign, messageOf(cause), false);
    } catch (error) {
      this.logger.error(`journal row ${row.id} (${row.sourcePath}) is left open: ${messageOf(error)}`);
      return 'left';
    }
  }

  /** Ends a row that an earlier process left: see `decide`. Throws what the file system or the database throws. */
  async recoverRow(row: ReplaceJournalEntity, libraryPath: string): Promise<Settlement> {
    this.active.add(row.id);
    try {
      if (row.state === 'staging') {
        if (!(await isMounted(this.port, row))) return 'left';
        await this.endStaging(row, 'cut short while the output was being staged', true);
        return 'undone';
      }
      const decision = decide(await inspect(this.port, row));
      faultPoint('recovery.inspected');
      if (decision === 'leave') return 'left';
      if (decision === 'back') return await this.undo(row, libraryPath, true, CUT_SHORT, true);
      if (decision === 'forward') {
        try {
          await swapForward(this.port, row, libraryPath, true);
        } catch (error) {
          this.logger.warn(`journal row ${row.id} could not be carried on: ${messageOf(error)}`);
          const now = decide(await inspect(this.port, row));
          if (now === 'leave') return 'left';
          if (now !== 'finish') return await this.undo(row, libraryPath, true, messageOf(error), true);
        }
      }
      await this.finish(row, libraryPath, true);
      return 'done';
    } finally {
      this.active.delete(row.id);
    }
  }

  private async endStaging(row: ReplaceJournalEntity, cause: string, recovered: boolean): Promise<void> {
    await unstage(this.port, row);
    const note = recovered ? undoneByRecovery(cause) : cause;
    await this.writer.write((manager) =>
      closeUndone(manager, row, { note, keptInTrash: null, notable: recovered }),
    );
  }

  private async undo(
    row: ReplaceJournalEntity,
    libraryPath: string,
    reserved: boolean,
    cause: string,
    recovered: boolean,
  ): Promise<Settlement> {
    let back: SwappedBack;
    try {
      back = await swapBack(this.port, row, reserved);
    } catch (error) {
      const now = await inspect(this.port, row);
      if (!isRefused(error) || now.source !== 'new') throw error;
      // Only a copy is in the trash, and somebody has changed that copy: the verified output is the better file.
      this.logger.warn(`what lies at ${row.trashPath} is not the original any more`);
      await this.finish(row, libraryPath, recovered);
      return 'done';
    }
    faultPoint('undo.swapped_back');
    await unstage(this.port, row);
    faultPoint('undo.unstaged');
    const keptInTrash = back.keptInTrash ? await this.port.lstat(row.trashPath) : null;
    const note = recovered ? undoneByRecovery(cause) : cause;
    const notable = recovered || back.changed;
    await this.writer.write((manager) => closeUndone(manager, row, { note, keptInTrash, notable }));
    faultPoint('undo.closed');
    for (const resource of ['history', 'file'] as const) this.events.emit('changed', { resource });
    this.logger.warn(`journal row ${row.id} was undone, ${row.sourcePath} is as it was: ${note}`);
    return 'undone';
  }

  /** Makes a completed swap durable, tidies up what only served it, and closes the row in one transaction. */
  private async finish(row: ReplaceJournalEntity, libraryPath: string, recovered: boolean): Promise<void> {
    if ((await this.port.lstat(row.stagedPath)) !== null) await this.port.unlink(row.stagedPath);
    faultPoint('finish.unstaged');
    await this.port.syncFolder(path.dirname(row.finalPath));
    const trash = await this.port.lstat(row.trashPath);
    if (trash !== null) await this.port.syncFolder(path.dirname(row.trashPath));
    faultPoint('finish.synced');
    const final = await this.port.lstat(row.finalPath);
    if (final === null) throw new Error(`${row.finalPath} has gone`);
    // The books must not say of somebody else's file that it is the output.
    if (final.size !== row.stagedSize) throw new Error(`${row.finalPath} was changed by something else`);
    const headTailHash = await this.port.headTailHash(row.finalPath);
    const kept = await this.dropDelivered(row);
    faultPoint('finish.dropped');
    const warnings = [...kept, ...(await moveSidecars(this.port, row.sourcePath, row.finalPath))];
    row.closing.warnings = [...new Set([...row.closing.warnings, ...warnings])];
    faultPoint('finish.sidecars');
    // One name less than before what only served the swap was dropped.
    const links = (await this.port.lstat(row.finalPath))?.links ?? 1;
    const facts = { final: { ...final, links }, headTailHash, trash };
    await this.close(row, libraryPath, facts, recovered);
    faultPoint('finish.closed');
    row.state = 'done';
    this.logger.log(`journal row ${row.id}: ${row.finalPath} is in place`);
    for (const resource of ['library', 'history', 'dashboard', 'file'] as const) {
      this.events.emit('changed', { resource });
    }
    this.webhooks.kick();
  }

  private close(
    row: ReplaceJournalEntity,
    libraryPath: string,
    facts: SwappedFacts,
    recovered: boolean,
  ): Promise<void> {
    return this.writer.write((manager) =>
      row.kind === 'restore'
        ? closeRestore(manager, row, libraryPath, facts, recovered)
        : closeReplacement(manager, row, libraryPath, facts, this.webhooks, recovered),
    );
  }

  /**
   * What was staged by a copy or a link is still where it came from.
   * @returns a sentence when it has to stay there
   */
  private async dropDelivered(row: ReplaceJournalEntity): Promise<string[]> {
    try {
      await this.port.unlink(row.deliveredPath);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
      const warning = `${row.deliveredPath} is of no use any more, and could not be removed: ${messageOf(error)}`;
      this.logger.warn(warning);
      return [warning];
    }
    return [];
  }
}
