import type { StepReport } from '#contracts';
import { In, type EntityManager, type QueryDeepPartialEntity } from 'typeorm';
import { JobStepEntity } from './job-step.entity.js';
import type { JobEntity } from './job.entity.js';

/**
 * Takes down what a job's attempt says of its steps, in one go. Said twice, it counts once.
 * @param reports in the order in which it happened; of several of one step the last counts
 */
export async function writeSteps(
  manager: EntityManager,
  { id: jobId, attempt }: Pick<JobEntity, 'id' | 'attempt'>,
  reports: readonly StepReport[],
): Promise<void> {
  const index = In([...new Set(reports.map((report) => report.index))]);
  const known = await manager.findBy(JobStepEntity, { jobId, index });
  const startedAt = new Map(known.map((step) => [step.index, step.startedAt]));
  const rows = new Map<number, Omit<JobStepEntity, 'id'>>();
  for (const report of reports) {
    const { state, at } = report;
    const started = state === 'running' ? at : (startedAt.get(report.index) ?? at);
    startedAt.set(report.index, started);
    rows.set(report.index, {
      ...{ jobId, index: report.index, name: report.name, attempt, state },
      fields: report.fields ?? null,
      startedAt: started,
      endedAt: state === 'running' ? null : at,
    });
  }
  await manager.upsert(JobStepEntity, [...rows.values()] as QueryDeepPartialEntity<JobStepEntity>[], [
    'jobId',
    'index',
  ]);
}
