import path from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { canTransition, type DeliveredFile, type MediaFacts, type Reason } from '#contracts';
import { DbWriter } from '../database/db-writer.js';
import { WebhookService } from '../connect/webhook.service.js';
import { HistoryEntity } from '../history/history.entity.js';
import { transition } from '../jobs/job-transition.js';
import { JobEntity } from '../jobs/job.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { EventBus } from '../realtime/event-bus.js';
import type { ClosingRecord } from './closing-record.js';
import { confine } from './confine.js';
import { errnoOf, isNoSpace, isRefused, type FileFacts, type FilePort } from './file-port.js';
import { FILE_PORT } from './file-port.token.js';
import { stagePathFor } from './names.js';
import { PathLock } from './path-lock.js';
import { publishOrder, targetsOf, type PublishTarget } from './publish-targets.js';
import { messageOf, Refusal, ReplaceFailure } from './replace-failure.js';
import { noSpace, stageOutput, unstage } from './staging.js';
import { targetExists } from './swap.js';

export interface PublishRequest {
  /** in the state `replacing` */
  job: JobEntity;
  /** absolute folder that everything is published below */
  root: string;
  outputs: readonly DeliveredFile[];
  /** name of the output that refers to the others, such as a playlist; default: the last one */
  publishLast?: string;
  /** what history is to keep; default: what can be told from the outputs */
  closing?: ClosingRecord;
}

export type PublishOutcome =
  /** the job is `completed` */
  | { kind: 'published'; paths: string[] }
  | { kind: 'rejected'; reason: Reason; retryable: boolean }
  /** nothing was published, the outputs are kept: the same request may be made again later */
  | { kind: 'deferred'; reason: Reason };

/** An output on its way to its place. */
interface Staged extends PublishTarget {
  stagedPath: string;
}

/**
 * Publishes new files, and never overwrites one. It keeps no journal: a file that is there already with the right
 * content counts as done, so that the same request, made again after a crash, goes on where the first one ended.
 */
@Injectable()
export class PublishService {
  private readonly logger = new Logger('Publish');

  constructor(
    private readonly writer: DbWriter,
    private readonly webhooks: WebhookService,
    private readonly events: EventBus,
    private readonly lock: PathLock,
    @Inject(FILE_PORT) private readonly port: FilePort,
  ) {}

  /** @throws ReplaceFailure when the machine failed; what has been published by then stays, and is found again */
  publish(request: PublishRequest): Promise<PublishOutcome> {
    return this.lock.run(`publish ${request.job.id}`, () => this.run(request));
  }

  private async run(request: PublishRequest): Promise<PublishOutcome> {
    const { job, root } = request;
    const staged: Staged[] = [];
    try {
      const targets = publishOrder(targetsOf(root, request.outputs), request.publishLast);
      await this.makeFolders(root, root);
      const missing = await this.withoutDone(this.withStagePaths(job, targets));
      for (const target of missing) {
        await this.makeFolders(root, path.dirname(target.path));
        staged.push(target);
        await this.stage(target);
      }
      await this.place(root, missing);
      for (const target of this.withStagePaths(job, targets)) await this.tidy(target);
      await this.close(request, targets);
      return { kind: 'published', paths: targets.map((target) => target.path) };
    } catch (error) {
      await this.takeBack(staged);
      return this.answer(job, root, error);
    }
  }

  private answer(job: JobEntity, root: string, error: unknown): PublishOutcome {
    const refusal = isNoSpace(error) ? noSpace(root, job.size) : error;
    if (!(refusal instanceof Refusal)) {
      const reason = {
        code: 'publish_failed',
        message: `nothing more could be published in ${root}: ${messageOf(error)}`,
      };
      throw new ReplaceFailure(reason, false, error);
    }
    this.logger.log(`job ${job.id}: not published: ${refusal.message}`);
    if (refusal.kind === 'defer') return { kind: 'deferred', reason: refusal.reason };
    return { kind: 'rejected', reason: refusal.reason, retryable: refusal.retryable };
  }

  private withStagePaths(job: JobEntity, targets: readonly PublishTarget[]): Staged[] {
    return targets.map((target) => ({
      ...target,
      stagedPath: stagePathFor(target.path, `publish-${job.id}-${target.index}`, target.output.extension),
    }));
  }

  /** @throws Refusal `target_exists` before anything has been published */
  private async withoutDone(targets: readonly Staged[]): Promise<Staged[]> {
    const missing: Staged[] = [];
    for (const target of targets) {
      const facts = await this.port.lstat(target.path);
      if (facts === null) missing.push(target);
      else if (await this.isReserved(target, facts)) missing.push(target);
      else if (!(await this.isDone(target, facts))) throw targetExists(target.path);
    }
    return missing;
  }

  private async isDone({ path: file, output }: Staged, facts: FileFacts): Promise<boolean> {
    if (facts.kind !== 'file' || facts.size !== output.size) return false;
    return (await this.port.sha256(file)) === output.sha256;
  }

  /** An empty file under the name, while the output is still staged, was made by `placeOne` before a crash. */
  private async isReserved({ stagedPath, output }: Staged, facts: FileFacts): Promise<boolean> {
    if (facts.kind !== 'file' || facts.size > 0 || output.size === 0) return false;
    return (await this.port.lstat(stagedPath))?.size === output.size;
  }

  private async stage({ output, stagedPath, path: target }: Staged): Promise<void> {
    const order = { deliveredPath: output.stagedPath, stagedPath, size: output.size, sha256: output.sha256 };
    await stageOutput(this.port, order);
    const folder = await this.port.lstat(path.dirname(target));
    if (folder !== null) await this.port.settleIn(stagedPath, folder);
  }

  /** What the last file refers to is durable before that file appears. */
  private async place(root: string, missing: readonly Staged[]): Promise<void> {
    const last = missing.at(-1);
    if (last === undefined) return;
    const others = missing.slice(0, -1);
    for (const target of others) await this.placeOne(root, target);
    for (const folder of new Set(others.map((target) => path.dirname(target.path))))
      await this.port.syncFolder(folder);
    await this.placeOne(root, last);
    await this.port.syncFolder(path.dirname(last.path));
  }

  private async placeOne(root: string, target: Staged): Promise<void> {
    await confine(this.port, root, path.dirname(target.path));
    try {
      await this.port.link(target.stagedPath, target.path);
      return;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' && !isRefused(error)) throw error;
    }
    const there = await this.port.lstat(target.path);
    if (there === null) {
      try {
        await this.port.createNew(target.path, '', 0o600);
      } catch (error) {
        throw errnoOf(error) === 'EEXIST' ? targetExists(target.path) : error;
      }
    } else if (!(await this.isReserved(target, there))) {
      if (await this.isDone(target, there)) return;
      throw targetExists(target.path);
    }
    await this.port.rename(target.stagedPath, target.path);
  }

  /** The second names that placing leaves, and what was staged by a copy. */
  private async tidy({ stagedPath, output }: Staged): Promise<void> {
    for (const leftover of [stagedPath, output.stagedPath]) {
      if ((await this.port.lstat(leftover)) !== null) await this.port.unlink(leftover);
    }
  }

  private async takeBack(staged: readonly Staged[]): Promise<void> {
    for (const { stagedPath, output } of staged) {
      const row = {
        kind: 'replace' as const,
        stagedPath,
        deliveredPath: output.stagedPath,
        stagedSize: output.size,
      };
      await unstage(this.port, row).catch((error: unknown) => {
        this.logger.warn(`${stagedPath} could not be taken back: ${messageOf(error)}`);
      });
    }
  }

  /** Makes the folders that are missing, durably; below `root` none may be reached by a symbolic link. */
  private async makeFolders(root: string, folder: string): Promise<void> {
    const facts = await this.port.lstat(folder);
    if (facts === null) {
      const parent = path.dirname(folder);
      await this.makeFolders(root, parent);
      const like = await this.port.lstat(await this.port.realpath(parent));
      if (like === null) throw new Error(`the folder ${parent} has gone`);
      try {
        await this.port.mkdir(folder, like);
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') throw error;
      }
      await this.port.syncFolder(parent);
    }
    if (folder === root || folder.startsWith(root + path.sep)) await confine(this.port, root, folder);
  }

  private async close(
    { job, root, closing }: PublishRequest,
    targets: readonly PublishTarget[],
  ): Promise<void> {
    const finalPath = targets.at(-1)?.path ?? root;
    const size = targets.reduce((sum, target) => sum + target.output.size, 0);
    const now = Date.now();
    await this.writer.write(async (manager) => {
      const current = await manager.findOneBy(JobEntity, { id: job.id });
      if (current?.state === 'completed') return;
      const library =
        job.libraryId === null ? null : await manager.findOneBy(LibraryEntity, { id: job.libraryId });
      await manager.insert(HistoryEntity, {
        event: 'published',
        jobId: job.id,
        fileId: job.fileId,
        libraryId: job.libraryId,
        libraryName: library?.name ?? null,
        sourcePath: job.inputs[0]?.path ?? '',
        finalPath,
        source: closing?.source ?? plainFacts(job.inputs[0]?.path ?? '', job.size),
        output: closing?.output ?? plainFacts(finalPath, size),
        profileName: job.profileName,
        profileHash: job.profileHash,
        command: closing?.command ?? null,
        encoderVersion: closing?.encoderVersion ?? null,
        nodeName: closing?.nodeName ?? null,
        elapsedSeconds: closing?.claimedAt == null ? null : Math.max(0, now - closing.claimedAt) / 1000,
        saving: 0,
        trashEntryId: null,
        note: null,
        at: now,
      });
      if (current !== null && canTransition(current.state, 'completed')) {
        await transition(manager, job.id, 'completed', { reasonCode: null, reasonMessage: null });
      }
      if (library === null) return;
      await this.webhooks.enqueue(manager, library, {
        event: 'file.published',
        library: library.name,
        sourcePath: job.inputs[0]?.path ?? '',
        finalPath,
        sourceSize: job.size,
        finalSize: size,
        saved: 0,
        jobId: job.id,
        at: new Date(now).toISOString(),
      });
    });
    for (const resource of ['history', 'dashboard'] as const) this.events.emit('changed', { resource });
    this.webhooks.kick();
  }
}

/** Facts that need no probe. */
function plainFacts(file: string, size: number): MediaFacts {
  const container = path.extname(file).slice(1).toLowerCase();
  return { container, videoCodec: null, audioCodecs: [], size, bitRate: null, durationSeconds: null };
}
