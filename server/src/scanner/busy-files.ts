import { FINAL_JOB_STATES } from '#contracts';
import { In, type EntityManager } from 'typeorm';
import { ReplaceJournalEntity } from '../replace/replace-journal.entity.js';

/** What replace/ is at work on: these files change under its hands, and it writes down itself how. */
export interface BusyFiles {
  /** media_file ids */
  ids: Set<number>;
  /** absolute */
  paths: Set<string>;
}

export async function readBusyFiles(manager: EntityManager): Promise<BusyFiles> {
  const jobs = await manager.query<{ fileId: number }[]>(
    `SELECT "fileId" FROM "job" WHERE "state" = 'replacing' AND "fileId" IS NOT NULL`,
  );
  const journal = await manager.findBy(ReplaceJournalEntity, { state: In(['staging', 'open']) });
  return {
    ids: new Set([...jobs, ...journal].flatMap(({ fileId }) => fileId ?? [])),
    paths: new Set(journal.flatMap(({ sourcePath, finalPath }) => [sourcePath, finalPath])),
  };
}

const FINAL = FINAL_JOB_STATES.map((state) => `'${state}'`).join(', ');

/** Those of the files that have a job which has not ended. */
export async function withOpenJobs(manager: EntityManager, fileIds: readonly number[]): Promise<number[]> {
  if (fileIds.length === 0) return [];
  const rows = await manager.query<{ fileId: number }[]>(
    `SELECT DISTINCT "fileId" FROM "job"
     WHERE "fileId" IN (SELECT "value" FROM json_each(?)) AND "state" NOT IN (${FINAL})`,
    [JSON.stringify(fileIds)],
  );
  return rows.map(({ fileId }) => fileId);
}
