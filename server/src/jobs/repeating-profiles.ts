import type { Reason } from '#contracts';
import type { EntityManager } from 'typeorm';
import { skipWaiting } from './job-transition.js';
import type { JobEntity } from './job.entity.js';
import { RepeatingProfileEntity } from './repeating-profile.entity.js';

/** A job ends with this when its output would be encoded again by the very profile that made it. */
export const PROFILE_REPEATS = 'profile_repeats';

/**
 * Remembers a profile that would go on for ever, and ends the jobs that wait to be encoded with it. Inside the
 * caller's transaction.
 */
export async function stopRepeating(manager: EntityManager, job: JobEntity, message: string): Promise<void> {
  if (job.profileHash === null) return;
  const { profileHash: hash, profileName, title } = job;
  await manager.upsert(RepeatingProfileEntity, { hash, profileName, title, message, at: Date.now() }, [
    'hash',
  ]);
  await skipWaiting(manager, hash, { code: PROFILE_REPEATS, message });
}

/** @returns why nothing is encoded with a profile, by its hash */
export async function readRepeating(manager: EntityManager): Promise<Map<string, Reason>> {
  const rows = await manager.find(RepeatingProfileEntity);
  return new Map(rows.map(({ hash, message }) => [hash, { code: PROFILE_REPEATS, message }]));
}
