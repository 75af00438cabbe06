import type { EntityManager } from 'typeorm';

/** `YYYY-MM-DD` in UTC */
function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** What one replacement adds to its day, or what a restore takes from it again (all negative). */
export interface SavingsChange {
  libraryId: number;
  /** ms since the epoch: the day that is meant */
  at: number;
  files: 1 | -1;
  /** bytes, signed */
  sourceSize: number;
  /** bytes, signed; negative also where the new file was larger */
  saved: number;
}

/** Adds to the sums that the dashboard reads. Inside the transaction that writes the history entry. */
export async function countSavings(manager: EntityManager, change: SavingsChange): Promise<void> {
  await manager.query(
    `INSERT INTO "savings_day" ("day", "libraryId", "files", "sourceSize", "saved") VALUES (?, ?, ?, ?, ?)
     ON CONFLICT ("day", "libraryId") DO UPDATE SET "files" = "files" + excluded."files",
       "sourceSize" = "sourceSize" + excluded."sourceSize", "saved" = "saved" + excluded."saved"`,
    [dayOf(change.at), change.libraryId, change.files, change.sourceSize, change.saved],
  );
}
