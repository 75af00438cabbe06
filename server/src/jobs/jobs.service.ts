import path from 'node:path';
import { Injectable } from '@nestjs/common';
import {
  FINAL_JOB_STATES,
  type ChildSpec,
  type Ending,
  type Job,
  type JobInput,
  type Lane,
  type Reason,
} from '#contracts';
import type { MediaInfo } from '#engine/media/media-info.js';
import { filmNeeds } from '#engine/pipelines/film-needs.js';
import type { Plan } from '#engine/plan/plan.types.js';
import { In, Not, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import type { LoadedProfile } from '../profiles/loaded-profile.js';
import { EventBus } from '../realtime/event-bus.js';
import { JobLots, laneOf } from './job-lots.service.js';
import { workFor, workOf, type Work } from './job-needs.js';
import { orderColumns, ORDER_SQL } from './job-order.js';
import { JobReader } from './job-reader.service.js';
import { transition } from './job-transition.js';
import { JobEntity } from './job.entity.js';

export const DEFAULT_MAX_ATTEMPTS = 3;

export interface FilmRequest {
  library: LibraryEntity;
  file: MediaFileEntity;
  info: MediaInfo;
  plan: Plan;
  profile: LoadedProfile;
  /** what the plan's projection was made with */
  correction: number;
}

export interface NewJob {
  pipeline: string;
  ending: Ending;
  title: string;
  /** says which slot it wants, where its pipeline does not; whether it is large, its inputs say */
  lane?: Lane;
  params: Record<string, unknown>;
  inputs: JobInput[];
  publishRoot?: string;
}

/** Makes jobs, and everything that a person does with them. What nodes do with them is in `lease.service`. */
@Injectable()
export class JobsService {
  constructor(
    private readonly writer: DbWriter,
    private readonly events: EventBus,
    private readonly reader: JobReader,
    private readonly lots: JobLots,
  ) {}

  /** Queues what is planned for a library file. */
  async enqueueFilm(manager: EntityManager, request: FilmRequest): Promise<JobEntity> {
    const { library, file, info, plan, profile, correction } = request;
    const inLibrary = file.directory === '' ? file.name : `${file.directory}/${file.name}`;
    const expectedSaving = Math.max(0, file.size - plan.expectedSize);
    const order = orderColumns(library.order, {
      path: inLibrary,
      size: file.size,
      mtimeNs: file.mtimeNs,
      expectedSaving,
    });
    const work = workFor(plan.pipeline, filmNeeds(info, plan, profile.profile));
    return this.insert(manager, work, {
      pipeline: plan.pipeline,
      ending: 'replace',
      libraryId: library.id,
      fileId: file.id,
      title: inLibrary,
      params: {
        profile: profile.profile,
        profileName: profile.name,
        profileHash: profile.hash,
        sourceHash: file.headTailHash,
        correction,
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
      this.insert(manager, workOf(request, request.lane), {
        pipeline: request.pipeline,
        ending: request.ending,
        title: request.title,
        publishRoot: request.publishRoot ?? null,
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
      await this.insert(manager, workOf(child, child.lane), {
        parentId: parent.id,
        childKey: child.key,
        pipeline: child.pipeline,
        ending: 'none',
        libraryId: parent.libraryId,
        title: child.title,
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

  /** Puts a waiting job before all others. */
  async moveToFront(id: number): Promise<Job> {
    await this.reader.row(id);
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

  /** Tells everyone how a job now stands. */
  async announce(id: number): Promise<Job> {
    const job = await this.reader.job(id);
    this.events.emit('job', job);
    return job;
  }

  private async insert(
    manager: EntityManager,
    work: Work,
    values: Partial<JobEntity> & Pick<JobEntity, 'pipeline' | 'ending' | 'title' | 'params' | 'inputs'>,
  ): Promise<JobEntity> {
    const now = Date.now();
    const size = total(values.inputs);
    const lot = await this.lots.find(manager, work, { libraryId: values.libraryId ?? null, size });
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
      lotId: lot.id,
      lane: laneOf(lot),
      nodeId: null,
      leaseHash: null,
      leaseExpiresAt: null,
      notBefore: null,
      deferredSince: null,
      approvedAt: null,
      reasonCode: null,
      reasonMessage: null,
      delivery: null,
      state: 'pending',
      size,
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
