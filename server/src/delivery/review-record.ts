import { ConflictException } from '@nestjs/common';
import { mediaFacts } from '#contracts';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { JobEntity } from '../jobs/job.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';

/** What is kept with a delivery that waits for a person, so that a list of them needs no look at the files. */
export const reviewRecord = z.object({
  source: mediaFacts,
  output: mediaFacts,
  /** absolute: the name that the file would have */
  finalPath: z.string(),
  /** ms since the epoch */
  since: z.number(),
});
export type ReviewRecord = z.infer<typeof reviewRecord>;

/** Whether a person has to approve a delivered output before it takes its source's place. */
export async function mustBeReviewed(manager: EntityManager, job: JobEntity): Promise<boolean> {
  if (job.ending !== 'replace' || job.approvedAt !== null || job.libraryId === null) return false;
  return manager.existsBy(LibraryEntity, { id: job.libraryId, review: true });
}

/** @throws ConflictException with a sentence when the job does not wait for review */
export function assertInReview(row: JobEntity): void {
  if (row.state === 'in_review') return;
  throw new ConflictException(`job ${row.id} (${row.title}) does not wait for review: it is ${row.state}`);
}
