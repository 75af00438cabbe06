import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { DataSource } from 'typeorm';
import { JobLots } from '../../jobs/job-lots.service.js';
import { WAITS } from '../../jobs/job.entity.js';
import type { HealthCheck } from '../health-check.js';

/** Jobs of one lot that are counted; to know that there are more is enough. */
const MAX_COUNTED = 10_000;

const COUNT_SQL = `SELECT lot."value" AS "lotId", (SELECT COUNT(*) FROM (SELECT 1 FROM "job" INDEXED BY "job_lot_order"
    WHERE "lotId" = lot."value" AND ${WAITS} LIMIT ${MAX_COUNTED + 1})) AS "jobs"
  FROM json_each(?) AS lot`;

/** Every waiting job has a node that will take it. */
@Injectable()
export class JobsWithoutNodeCheck implements HealthCheck {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lots: JobLots,
  ) {}

  async check(): Promise<HealthNotice[]> {
    const messages = new Map<number, string>();
    for (const id of this.lots.all.keys()) {
      const verdict = this.lots.verdict(id);
      if (verdict?.isProblem === true) messages.set(id, verdict.message);
    }
    if (messages.size === 0) return [];
    const counts = await this.dataSource.query<{ lotId: number; jobs: number }[]>(COUNT_SQL, [
      JSON.stringify([...messages.keys()]),
    ]);
    const jobsOf = new Map<string, number>();
    for (const { lotId, jobs } of counts) {
      const message = messages.get(lotId) ?? '';
      if (jobs > 0) jobsOf.set(message, (jobsOf.get(message) ?? 0) + jobs);
    }
    return [...jobsOf].map(([message, jobs]) => {
      const count = jobs > MAX_COUNTED ? `more than ${MAX_COUNTED}` : String(jobs);
      const whose = jobs === 1 ? '1 job waits' : `${count} jobs wait`;
      return { source: 'JobsWithoutNode', type: 'warning', message: `${whose}: ${message}` };
    });
  }
}
