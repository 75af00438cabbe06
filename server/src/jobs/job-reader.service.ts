import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import {
  JOB_STATES,
  type Job,
  type JobDetail,
  type JobListQuery,
  type JobState,
  type Page,
} from '#contracts';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import { DataSource, In, Not } from 'typeorm';
import { LibraryTallyEntity } from '../libraries/library-tally.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { NodeEntity } from '../nodes/node.entity.js';
import { JobAttemptEntity } from './job-attempt.entity.js';
import { JobLots } from './job-lots.service.js';
import { JobProgressStore } from './job-progress.store.js';
import { JobStepEntity } from './job-step.entity.js';
import { JobEntity } from './job.entity.js';
import { toIso, toJob, toReason, type JobNames } from './job.mapper.js';
import { PIPELINES } from './pipelines.token.js';

/** One that has failed for good may be run again from a step on; when its row goes, its files go. */
const WORK_OVER = ['completed', 'skipped', 'cancelled'] as const satisfies readonly JobState[];

/** Everything that is only asked about jobs. */
@Injectable()
export class JobReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly progress: JobProgressStore,
    @Inject(PIPELINES) private readonly pipelines: PipelineRegistry,
    private readonly lots: JobLots,
  ) {}

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
      records: rows.map((row) => this.toJob(row, names)),
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
      ...this.toJob(row, names),
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

  /** @throws NotFoundException */
  async job(id: number): Promise<Job> {
    return this.toJob(await this.row(id), await this.names());
  }

  /** @throws NotFoundException */
  async row(id: number): Promise<JobEntity> {
    const row = await this.find(id);
    if (row === null) throw new NotFoundException(`there is no job ${id}`);
    return row;
  }

  find(id: number): Promise<JobEntity | null> {
    return this.dataSource.manager.findOneBy(JobEntity, { id });
  }

  /** @returns those of the given jobs whose work folders may still be wanted */
  async stillOpen(ids: readonly number[]): Promise<number[]> {
    const open: number[] = [];
    // In pieces, because SQLite takes only so many parameters.
    for (let at = 0; at < ids.length; at += 1000) {
      const rows = await this.dataSource.manager.find(JobEntity, {
        where: { id: In(ids.slice(at, at + 1000)), state: Not(In([...WORK_OVER])) },
        select: { id: true },
      });
      open.push(...rows.map((row) => row.id));
    }
    return open;
  }

  /** From the tallies, because counting a million waiting jobs would take as long as reading them. */
  private async count(query: Pick<JobListQuery, 'state' | 'libraryId'>): Promise<number> {
    const rows = await this.dataSource.manager.findBy(LibraryTallyEntity, {
      status: In((query.state ?? JOB_STATES).map((state) => `job:${state}`)),
      ...(query.libraryId === undefined ? {} : { libraryId: query.libraryId }),
    });
    return rows.reduce((sum, row) => sum + row.files, 0);
  }

  private toJob(row: JobEntity, names: JobNames): Job {
    return toJob(row, names, this.progress.get(row.id), this.lots.verdict(row.lotId));
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
}
