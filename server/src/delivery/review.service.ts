import { HttpException, Injectable, NotFoundException } from '@nestjs/common';
import type { Job, Review, ReviewManyResponse } from '#contracts';
import type { EntityManager } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { AttemptEndings } from '../jobs/attempt-endings.service.js';
import { JobReader } from '../jobs/job-reader.service.js';
import { transition } from '../jobs/job-transition.js';
import { JobEntity } from '../jobs/job.entity.js';
import { toIso } from '../jobs/job.mapper.js';
import { JobsService } from '../jobs/jobs.service.js';
import { EventBus } from '../realtime/event-bus.js';
import { assertInReview, reviewRecord } from './review-record.js';

/** The reason code of a file whose encode somebody did not want; forgotten when its profile changes. */
const REJECTED = 'rejected';

type Decide = (manager: EntityManager, id: number) => Promise<void>;

/** What a person says of outputs that wait for review. */
@Injectable()
export class ReviewService {
  constructor(
    private readonly writer: DbWriter,
    private readonly jobs: JobsService,
    private readonly reader: JobReader,
    private readonly endings: AttemptEndings,
    private readonly events: EventBus,
  ) {}

  /** @throws NotFoundException; ConflictException when the job does not wait for review */
  async get(id: number): Promise<Review> {
    const row = await this.reader.row(id);
    assertInReview(row);
    const { source, output, finalPath, since } = reviewRecord.parse(row.delivery?.['review']);
    return {
      job: await this.reader.job(id),
      source,
      output,
      saving: source.size - output.size,
      sourcePath: row.inputs[0]?.path ?? '',
      finalPath,
      since: toIso(since),
    };
  }

  /**
   * Lets an output take its source's place. That both are still what was looked at is checked once more by then.
   * @throws NotFoundException; ConflictException when the job does not wait for review
   */
  async approve(id: number): Promise<Job> {
    await this.writer.write((manager) => this.approveOne(manager, id));
    return this.jobs.announce(id);
  }

  /**
   * Leaves a file as it is; its output is removed with the job's work folder.
   * @throws NotFoundException; ConflictException when the job does not wait for review
   */
  async reject(id: number, why: string | undefined): Promise<Job> {
    await this.writer.write((manager) => this.rejectOne(manager, id, why));
    this.events.emit('changed', { resource: 'file' });
    return this.jobs.announce(id);
  }

  approveMany(ids: readonly number[]): Promise<ReviewManyResponse> {
    return this.decideMany(ids, (manager, id) => this.approveOne(manager, id));
  }

  async rejectMany(ids: readonly number[], why: string | undefined): Promise<ReviewManyResponse> {
    const response = await this.decideMany(ids, (manager, id) => this.rejectOne(manager, id, why));
    this.events.emit('changed', { resource: 'file' });
    return response;
  }

  /** In one transaction: one that cannot be decided has changed nothing yet when it says so. */
  private async decideMany(ids: readonly number[], decide: Decide): Promise<ReviewManyResponse> {
    const refusals = await this.writer.write(async (manager) => {
      const refused = new Map<number, string>();
      for (const id of new Set(ids)) {
        try {
          await decide(manager, id);
        } catch (error) {
          if (!(error instanceof HttpException)) throw error;
          refused.set(id, error.message);
        }
      }
      return refused;
    });
    const results: ReviewManyResponse['results'] = [];
    for (const id of ids) {
      const message = refusals.get(id) ?? null;
      const state = message === null ? (await this.jobs.announce(id)).state : await this.stateOf(id);
      results.push({ id, done: message === null, state, message });
    }
    return { results };
  }

  private async stateOf(id: number): Promise<Job['state'] | null> {
    const row = await this.reader.find(id);
    return row?.state ?? null;
  }

  private async approveOne(manager: EntityManager, id: number): Promise<void> {
    assertInReview(await rowOf(manager, id));
    await transition(manager, id, 'delivering', { approvedAt: Date.now(), leaseExpiresAt: null });
  }

  private async rejectOne(manager: EntityManager, id: number, why: string | undefined): Promise<void> {
    assertInReview(await rowOf(manager, id));
    const said = why === undefined || why === '' ? '' : `: ${why}`;
    const message = `the encode was rejected by hand${said}; the original stays as it is`;
    await this.endings.endSkipped(manager, id, { code: REJECTED, message });
  }
}

async function rowOf(manager: EntityManager, id: number): Promise<JobEntity> {
  const row = await manager.findOneBy(JobEntity, { id });
  if (row === null) throw new NotFoundException(`there is no job ${id}`);
  return row;
}
