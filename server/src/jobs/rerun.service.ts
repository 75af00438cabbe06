import { lstat } from 'node:fs/promises';
import { ConflictException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { FINAL_JOB_STATES, isFinal, type Job } from '#contracts';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import { In, Not, type EntityManager } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { EventBus } from '../realtime/event-bus.js';
import { JobReader } from './job-reader.service.js';
import { JobStepEntity } from './job-step.entity.js';
import { transition, type JobPatch } from './job-transition.js';
import { JobEntity } from './job.entity.js';
import { DEFAULT_MAX_ATTEMPTS, JobsService } from './jobs.service.js';
import { PIPELINES } from './pipelines.token.js';

/** Runs jobs again that have ended, that wait for review, or that were put off. */
@Injectable()
export class RerunService {
  constructor(
    private readonly writer: DbWriter,
    private readonly reader: JobReader,
    private readonly jobs: JobsService,
    private readonly events: EventBus,
    @Inject(PIPELINES) private readonly pipelines: PipelineRegistry,
  ) {}

  /**
   * Runs a job again, from a step on (what earlier steps made is kept) or from the beginning. Also clears
   * `failed_permanent`: the job gets its full number of attempts again. What somebody said of an output is forgotten.
   * @throws NotFoundException for a step that there is not; ConflictException when somebody is at work on the job, or
   *   when its file is no longer the one that it was made for
   */
  async rerun(id: number, fromStep: string | number | undefined): Promise<Job> {
    const seen = await this.reader.row(id);
    const from = this.stepIndex(seen.pipeline, fromStep);
    assertRunnable(seen);
    await assertSourceThere(seen);
    await this.writer.write(async (manager) => {
      const row = await manager.findOneByOrFail(JobEntity, { id });
      assertRunnable(row);
      await assertFileFree(manager, row);
      await manager
        .createQueryBuilder()
        .delete()
        .from(JobStepEntity)
        .where('jobId = :id AND "index" >= :from', { id, from })
        .execute();
      await backToPending(manager, row);
      if (row.parentId !== null) await this.jobs.recountChildren(manager, row.parentId);
      if (row.fileId === null) return;
      const queued = {
        status: 'queued',
        reasonCode: null,
        reasonMessage: null,
        updatedAt: Date.now(),
      } as const;
      await manager.update(MediaFileEntity, { id: row.fileId }, queued);
    });
    this.events.emit('changed', { resource: 'file' });
    return this.jobs.announce(id);
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
}

/** A job that waits for its turn is put off no longer. */
function isPutOff({ state, notBefore }: JobEntity): boolean {
  return state === 'pending' && notBefore !== null;
}

function assertRunnable(row: JobEntity): void {
  if (isFinal(row.state) || row.state === 'in_review' || isPutOff(row)) return;
  const what = `job ${row.id} (${row.title})`;
  const message =
    row.state === 'pending' || row.state === 'queued'
      ? `${what} waits for its turn already`
      : `${what} is at work (${row.state}); cancel it, or wait until it has ended`;
  throw new ConflictException(message);
}

/** What cannot be read any more, or has become another file, is not worth a place in the queue. */
async function assertSourceThere(row: JobEntity): Promise<void> {
  if (row.fileId === null) return;
  for (const { path, size, mtimeNs } of row.inputs) {
    const stat = await lstat(path, { bigint: true }).catch(() => null);
    if (stat === null)
      throw new ConflictException(
        `${path} is not there, so that job ${row.id} cannot be run again; if an encode has taken its place, ` +
          'put the original back from the trash first',
      );
    if (Number(stat.size) === size && String(stat.mtimeNs) === mtimeNs) continue;
    throw new ConflictException(
      `${path} is no longer the file that job ${row.id} was made for; if an encode has taken its place, put the ` +
        'original back from the trash first, and otherwise a scan decides on what is there now',
    );
  }
}

async function assertFileFree(manager: EntityManager, row: JobEntity): Promise<void> {
  const { fileId, parentId } = row;
  if (fileId === null || parentId !== null) return;
  if (!(await manager.existsBy(MediaFileEntity, { id: fileId })))
    throw new ConflictException(`the file of job ${row.id} is in no library any more`);
  const other = await manager.findOneBy(JobEntity, {
    ...{ id: Not(row.id), fileId, state: Not(In([...FINAL_JOB_STATES])) },
  });
  if (other !== null)
    throw new ConflictException(`job ${other.id} works on ${row.title} already; it is ${other.state}`);
}

async function backToPending(manager: EntityManager, row: JobEntity): Promise<void> {
  const patch = {
    maxAttempts: row.attempt + DEFAULT_MAX_ATTEMPTS,
    reasonCode: null,
    reasonMessage: null,
    delivery: null,
    approvedAt: null,
    nodeId: null,
    leaseHash: null,
    leaseExpiresAt: null,
    notBefore: null,
    deferredSince: null,
  } satisfies JobPatch;
  // It is where it should be; only what kept it waiting goes.
  if (row.state === 'pending')
    await manager.update(JobEntity, { id: row.id }, { ...patch, updatedAt: Date.now() });
  else await transition(manager, row.id, 'pending', patch);
}
