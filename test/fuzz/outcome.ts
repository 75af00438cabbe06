import path from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';

const fileRow = z.object({
  id: z.number(),
  directory: z.string(),
  name: z.string(),
  status: z.string(),
  reasonCode: z.string().nullable(),
  reasonMessage: z.string().nullable(),
});
const jobRow = z.object({
  id: z.number(),
  fileId: z.number(),
  state: z.string(),
  encoded: z.number(),
  attempts: z.number(),
  /** ms */
  elapsed: z.number().nullable(),
});
const replacedRow = z.object({
  fileId: z.number(),
  originalPath: z.string(),
  trashPath: z.string(),
  replacementPath: z.string(),
});

/** What became of a file, as the database has it. */
export interface Outcome {
  status: string;
  reason: { code: string; message: string } | null;
  /** null: it came to no job */
  job: { id: number; state: string; attempts: number; seconds: number } | null;
  /** an encoder was started on it */
  encoded: boolean;
  /** absolute; null unless it was replaced */
  replaced: { trashPath: string; replacementPath: string } | null;
}

/** What the database says when the program has ended. */
export interface Ledger {
  /** by path inside the library, as it was when the run began */
  outcomes: Map<string, Outcome>;
  /** rows of the journal of replacements; there must be none that is open */
  openReplacements: number;
}

/** @param databasePath of a program that has ended */
export function readLedger(databasePath: string, library: string): Ledger {
  const database = new Database(databasePath, { readonly: true });
  try {
    const files = z.array(fileRow).parse(database.prepare('SELECT * FROM "media_file"').all());
    const jobs = z.array(jobRow).parse(
      database
        .prepare(
          `SELECT "job"."id", "fileId", "state",
             EXISTS (SELECT 1 FROM "job_step" WHERE "jobId" = "job"."id" AND "name" = 'encode_video'
               AND "startedAt" IS NOT NULL AND ("fields" IS NULL OR json_extract("fields", '$.video') IS NOT NULL))
               AS "encoded",
             (SELECT count(*) FROM "job_attempt" WHERE "jobId" = "job"."id") AS "attempts",
             (SELECT sum("endedAt" - "startedAt") FROM "job_attempt" WHERE "jobId" = "job"."id") AS "elapsed"
           FROM "job" ORDER BY "job"."id"`,
        )
        .all(),
    );
    const replaced = z
      .array(replacedRow)
      .parse(database.prepare(`SELECT * FROM "trash_entry" WHERE "state" = 'held'`).all());
    const open = z
      .object({ rows: z.number() })
      .parse(
        database
          .prepare(`SELECT count(*) AS "rows" FROM "replace_journal" WHERE "state" IN ('staging', 'open')`)
          .get(),
      );
    const jobOf = new Map(jobs.map((job) => [job.fileId, job]));
    const replacedOf = new Map(replaced.map((entry) => [entry.fileId, entry]));
    const outcomes = files.map((file): [string, Outcome] => {
      const entry = replacedOf.get(file.id);
      const job = jobOf.get(file.id);
      const now = file.directory === '' ? file.name : `${file.directory}/${file.name}`;
      const outcome = {
        status: file.status,
        reason:
          file.reasonCode === null && file.reasonMessage === null
            ? null
            : { code: file.reasonCode ?? '', message: file.reasonMessage ?? '' },
        job:
          job === undefined
            ? null
            : { id: job.id, state: job.state, attempts: job.attempts, seconds: (job.elapsed ?? 0) / 1000 },
        encoded: job?.encoded === 1,
        replaced: entry ?? null,
      };
      return [entry === undefined ? now : path.relative(library, entry.originalPath), outcome];
    });
    return { outcomes: new Map(outcomes), openReplacements: open.rows };
  } finally {
    database.close();
  }
}
