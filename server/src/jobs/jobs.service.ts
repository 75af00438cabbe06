import path from 'node:path';
import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import {
  FINAL_JOB_STATES,
  JOB_STATES,
  type ChildSpec,
  type Ending,
  type Job,
  type JobDetail,
  type JobInput,
  type JobListQuery,
  type Lane,
  type Page,
  type Reason,
} from '#contracts';
import type { MediaInfo } from '#engine/media/media-info.js';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import type { Plan } from '#engine/plan/plan.types.js';
import { DataSource, In, Not, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { LibraryTallyEntity } from '../libraries/library-tally.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { NodeEntity } from '../nodes/node.entity.js';
import type { LoadedProfile } from '../profiles/loaded-profile.js';
import { EventBus } from '../realtime/event-bus.js';
import { JobAttemptEntity } from './job-attempt.entity.js';
import { orderColumns, ORDER_SQL } from './job-order.js';
import { JobProgressStore } from './job-progress.store.js';
import { JobStepEntity } from './job-step.entity.js';
import { transition } from './job-transition.js';
import { JobEntity } from './job.entity.js';
import { toIso, toJob, toReason, type JobNames } from './job.mapper.js';
import { PIPELINES } from './pipelines.token.js';

/** Bytes from which a file's job goes to a -large lane. */
const LARGE_FILE = 20 * 1024 ** 3;

export const DEFAULT_MAX_ATTEMPTS = 3;

export interface CompressRequest {
  library: LibraryEntity;
  file: MediaFileEntity;
  info: MediaInfo;
  plan: Plan;
  profile: LoadedProfile;
}

export interface NewJob {
  pipeline: string;
  ending: Ending;
  title: string;
  lane?: Lane;
  params: Record<string, unknown>;
  inputs: JobInput[];
  publishRoot?: string;
}

function laneFor(size: number): Lane {
  return size >= LARGE_FILE ? 'cpu-large' : 'cpu';
}

/** Makes jobs, and everything that a person does with them. What nodes do with them is in `lease.service`. */
@Injectable()
export class JobsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly events: EventBus,
    private readonly progress: JobProgressStore,
    @Inject(PIPELINES) private readonly pipelines: PipelineRegistry,
  ) {}

  /** Queues the encode of a library file. */
  async enqueueCompress(manager: EntityManager, request: CompressRequest): Promise<JobEntity> {
    const { library, file, plan, profile } = request;
    const inLibrary = file.directory === '' ? file.name : `${file.directory}/${file.name}`;
    const expectedSaving = Math.max(0, file.size - plan.expectedSize);
    const order = orderColumns(library.order, {
      path: inLibrary,
      size: file.size,
      mtimeNs: file.mtimeNs,
      expectedSaving,
    });
    return this.insert(manager, {
      pipeline: 'compress',
      ending: 'replace',
      libraryId: library.id,
      fileId: file.id,
      title: inLibrary,
      lane: laneFor(file.size),
      params: {
        profile: profile.profile,
        profileName: profile.name,
        profileHash: profile.hash,
        sourceHash: file.headTailHash,
      },
      inputs: [
        {
          name: 'source',
          path: path.join(library.path, file.directory, file.name),
          size: file.size,
          mtimeNs: file.mtimeNs,
        },
      ],
      expectedSaving,
      profileName: profile.name,
      profileHash: profile.hash,
      weight: library.weight,
      orderKey: order.key,
      orderText: order.text,
    });
  }

  /** Queues a job that belongs to no library file. */
  async create(request: NewJob): Promise<Job> {
    const row = await this.writer.write((manager) =>
      this.insert(manager, {
        pipeline: request.pipeline,
        ending: request.ending,
        title: request.title,
        publishRoot: request.publishRoot ?? null,
        lane: request.lane ?? laneFor(total(request.inputs)),
        params: request.params,
        inputs: request.inputs,
      }),
    );
    return this.announce(row.id);
  }

  /** Queues the children that a parent's step asked for; one that exists already (same key) is left as it is. */
  async addChildren(
    manager: EntityManager,
    parent: JobEntity,
    children: readonly ChildSpec[],
  ): Promise<void> {
    const existing = await manager.find(JobEntity, {
      where: { parentId: parent.id },
      select: { id: true, childKey: true },
    });
    const keys = new Set(existing.map((child) => child.childKey));
    for (const child of children) {
      if (keys.has(child.key)) continue;
      await this.insert(manager, {
        parentId: parent.id,
        childKey: child.key,
        pipeline: child.pipeline,
        ending: 'none',
        libraryId: parent.libraryId,
        title: child.title,
        lane: child.lane ?? laneFor(total(child.inputs)),
        params: child.params,
        inputs: child.inputs,
        front: parent.front,
        weight: parent.weight,
        orderKey: parent.orderKey,
        orderText: parent.orderText,
      });
    }
  }

  /** Counts a parent's unfinished children anew; at 0 it may go on. */
  async recountChildren(manager: EntityManager, parentId: number): Promise<number> {
    const openChildren = await manager.countBy(JobEntity, { parentId, state: Not('completed') });
    await manager.update(JobEntity, { id: parentId }, { openChildren, updatedAt: Date.now() });
    return openChildren;
  }

  /** Ends the open jobs of a file that has changed or gone. One that is being replaced right now is left to replace/. */
  async cancelForFile(manager: EntityManager, fileId: number, reason: Reason): Promise<void> {
    const open = await manager.findBy(JobEntity, {
      fileId,
      state: Not(In([...FINAL_JOB_STATES, 'replacing'])),
    });
    for (const job of open) {
      await transition(manager, job.id, 'cancelled', {
        reasonCode: reason.code,
        reasonMessage: reason.message,
      });
    }
    if (open.length > 0) this.tellJobs();
  }

  /** Sorts a library's waiting jobs anew after its weight or order has changed. */
  async rekey(manager: EntityManager, library: LibraryEntity): Promise<void> {
    const sql = ORDER_SQL[library.order];
    await manager.query(
      `UPDATE "job" SET "weight" = ?, "orderKey" = (SELECT ${sql.key} FROM "media_file" f WHERE f."id" = "job"."fileId"),
        "orderText" = (SELECT ${sql.text} FROM "media_file" f WHERE f."id" = "job"."fileId")
       WHERE "state" IN ('pending', 'queued') AND "libraryId" = ? AND "fileId" IS NOT NULL`,
      [library.weight, library.id],
    );
    this.writer.afterCommit(() => {
      this.events.emit('reordered', {});
    });
  }

  async list(query: JobListQuery): Promise<Page<Job>> {
    const direction = query.sortDirection === 'ascending' ? 'ASC' : 'DESC';
    const select = this.dataSource.getRepository(JobEntity).createQueryBuilder('job');
    if (query.state !== undefined) select.andWhere('job.state IN (:...states)', { states: query.state });
    if (query.libraryId !== undefined)
      select.andWhere('job.libraryId = :libraryId', { libraryId: query.libraryId });
    if (query.sortKey === 'priority') {
      select
        .orderBy('job.front', 'DESC')
        .addOrderBy('job.weight', 'DESC')
        .addOrderBy('job.orderKey', 'DESC')
        .addOrderBy('job.orderText', 'ASC')
        .addOrderBy('job.id', 'ASC');
    } else {
      select.orderBy(`job.${query.sortKey}`, direction).addOrderBy('job.id', direction);
    }
    select.skip((query.page - 1) * query.pageSize).take(query.pageSize);
    const [rows, totalRecords] = [await select.getMany(), await this.count(query)];
    const names = await this.names();
    return {
      page: query.page,
      pageSize: query.pageSize,
      totalRecords,
      records: rows.map((row) => toJob(row, names, this.progress.get(row.id))),
    };
  }

  async detail(id: number): Promise<JobDetail> {
    const row = await this.row(id);
    const manager = this.dataSource.manager;
    const [steps, attempts, children, names] = await Promise.all([
      manager.find(JobStepEntity, { where: { jobId: id }, order: { index: 'ASC' } }),
      manager.find(JobAttemptEntity, { where: { jobId: id }, order: { number: 'ASC' } }),
      manager.find(JobEntity, { where: { parentId: id }, order: { id: 'ASC' }, take: 1000 }),
      this.names(),
    ]);
    const known = new Map(steps.map((step) => [step.index, step]));
    const pipeline = this.pipelines.find(row.pipeline);
    return {
      ...toJob(row, names, this.progress.get(id)),
      steps: (pipeline?.steps ?? steps).map(({ name }, index) => {
        const step = known.get(index);
        return {
          index,
          name,
          state: step?.state ?? 'pending',
          startedAt: step?.startedAt == null ? null : toIso(step.startedAt),
          endedAt: step?.endedAt == null ? null : toIso(step.endedAt),
        };
      }),
      attempts: attempts.map((attempt) => ({
        number: attempt.number,
        nodeId: attempt.nodeId,
        nodeName: attempt.nodeName,
        startedAt: toIso(attempt.startedAt),
        endedAt: attempt.endedAt === null ? null : toIso(attempt.endedAt),
        outcome: attempt.outcome,
        error: toReason(attempt.errorCode, attempt.errorMessage),
      })),
      children: children.map((child) => ({
        id: child.id,
        pipeline: child.pipeline,
        state: child.state,
        title: child.title,
      })),
    };
  }

  /** Puts a waiting job before all others. */
  async moveToFront(id: number): Promise<Job> {
    await this.row(id);
    await this.writer.write((manager) =>
      manager.query(
        `UPDATE "job" SET "front" = (SELECT MAX("front") + 1 FROM "job"), "updatedAt" = ? WHERE "id" = ?`,
        [Date.now(), id],
      ),
    );
    this.events.emit('reordered', {});
    return this.announce(id);
  }

  async cancel(id: number): Promise<Job> {
    const reason = { reasonCode: 'cancelled', reasonMessage: 'cancelled by hand' };
    await this.writer.write(async (manager) => {
      const job = await transition(manager, id, 'cancelled', reason);
      if (job.fileId !== null) {
        await manager.update(
          MediaFileEntity,
          { id: job.fileId, status: 'queued' },
          {
            status: 'skipped',
            ...reason,
            profileHash: job.profileHash,
            updatedAt: Date.now(),
          },
        );
      }
    });
    this.events.emit('changed', { resource: 'file' });
    return this.announce(id);
  }

  /**
   * Runs an ended job again, from a step on (what earlier steps made is kept) or from the beginning. Also clears
   * `failed_permanent`: the job gets its full number of attempts again.
   */
  async rerun(id: number, fromStep: string | number | undefined): Promise<Job> {
    const row = await this.row(id);
    const from = this.stepIndex(row.pipeline, fromStep);
    await this.writer.write(async (manager) => {
      await manager
        .createQueryBuilder()
        .delete()
        .from(JobStepEntity)
        .where('jobId = :id AND "index" >= :from', { id, from })
        .execute();
      const job = await transition(manager, id, 'pending', {
        maxAttempts: row.attempt + DEFAULT_MAX_ATTEMPTS,
        reasonCode: null,
        reasonMessage: null,
        delivery: null,
        nodeId: null,
        leaseHash: null,
        leaseExpiresAt: null,
        notBefore: null,
      });
      if (job.parentId !== null) await this.recountChildren(manager, job.parentId);
      if (job.fileId !== null) {
        await manager.update(
          MediaFileEntity,
          { id: job.fileId },
          {
            status: 'queued',
            reasonCode: null,
            reasonMessage: null,
            updatedAt: Date.now(),
          },
        );
      }
    });
    return this.announce(id);
  }

  /** @returns those of the given jobs that may still be worked on, or have an output to be fetched */
  async stillOpen(ids: readonly number[]): Promise<number[]> {
    const open: number[] = [];
    // In pieces, because SQLite takes only so many parameters.
    for (let at = 0; at < ids.length; at += 1000) {
      const rows = await this.dataSource.manager.find(JobEntity, {
        where: { id: In(ids.slice(at, at + 1000)), state: Not(In(FINAL_JOB_STATES)) },
        select: { id: true },
      });
      open.push(...rows.map((row) => row.id));
    }
    return open;
  }

  /** Tells everyone how a job now stands. */
  async announce(id: number): Promise<Job> {
    const job = toJob(await this.row(id), await this.names(), this.progress.get(id));
    this.events.emit('job', job);
    return job;
  }

  async row(id: number): Promise<JobEntity> {
    const row = await this.dataSource.manager.findOneBy(JobEntity, { id });
    if (row === null) throw new NotFoundException(`there is no job ${id}`);
    return row;
  }

  private stepIndex(pipeline: string, fromStep: string | number | undefined): number {
    const steps = this.pipelines.find(pipeline)?.steps ?? [];
    if (fromStep === undefined) return 0;
    const index = typeof fromStep === 'number' ? fromStep : steps.findIndex((step) => step.name === fromStep);
    if (index >= 0 && index < steps.length) return index;
    throw new NotFoundException(
      `${pipeline} has no step ${fromStep}; there are: ${steps.map((step, n) => `${n} ${step.name}`).join(', ')}`,
    );
  }

  /** From the tallies, because counting a million waiting jobs would take as long as reading them. */
  private async count(query: Pick<JobListQuery, 'state' | 'libraryId'>): Promise<number> {
    const rows = await this.dataSource.manager.findBy(LibraryTallyEntity, {
      status: In((query.state ?? JOB_STATES).map((state) => `job:${state}`)),
      ...(query.libraryId === undefined ? {} : { libraryId: query.libraryId }),
    });
    return rows.reduce((sum, row) => sum + row.files, 0);
  }

  /** There are few libraries and nodes, so that a list needs no joins. */
  private async names(): Promise<JobNames> {
    const [libraries, nodes] = await Promise.all([
      this.dataSource.manager.find(LibraryEntity, { select: { id: true, name: true } }),
      this.dataSource.manager.find(NodeEntity, { select: { id: true, name: true } }),
    ]);
    return {
      libraries: new Map(libraries.map((library) => [library.id, library.name])),
      nodes: new Map(nodes.map((node) => [node.id, node.name])),
    };
  }

  private async insert(
    manager: EntityManager,
    values: Partial<JobEntity> &
      Pick<JobEntity, 'pipeline' | 'ending' | 'title' | 'lane' | 'params' | 'inputs'>,
  ): Promise<JobEntity> {
    const now = Date.now();
    const row = manager.create(JobEntity, {
      parentId: null,
      childKey: null,
      publishRoot: null,
      libraryId: null,
      fileId: null,
      expectedSaving: null,
      profileName: null,
      profileHash: null,
      front: 0,
      weight: 0,
      orderKey: 0,
      orderText: '',
      nodeId: null,
      leaseHash: null,
      leaseExpiresAt: null,
      notBefore: null,
      reasonCode: null,
      reasonMessage: null,
      delivery: null,
      state: 'pending',
      size: total(values.inputs),
      openChildren: 0,
      attempt: 0,
      maxAttempts: DEFAULT_MAX_ATTEMPTS,
      epoch: 0,
      createdAt: now,
      updatedAt: now,
      ...values,
    });
    await manager.insert(JobEntity, row as QueryDeepPartialEntity<JobEntity>);
    this.tellJobs();
    return row;
  }

  /** One word for many jobs: a scan makes thousands. */
  private tellJobs(): void {
    this.writer.afterCommit(() => {
      this.events.emit('changed', { resource: 'job' });
    });
  }
}

function total(inputs: readonly JobInput[]): number {
  return inputs.reduce((sum, input) => sum + input.size, 0);
}
