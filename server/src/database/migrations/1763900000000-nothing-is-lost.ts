import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Review, limits of the trash, what keeps a job waiting, and files with several names. */
export class NothingIsLost1763900000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const sql of [
      `ALTER TABLE "library" ADD COLUMN "review" boolean NOT NULL DEFAULT 0`,
      `ALTER TABLE "library" ADD COLUMN "trashKeepDays" integer NOT NULL DEFAULT 30`,
      `ALTER TABLE "library" ADD COLUMN "trashMaximumSize" integer NOT NULL DEFAULT 0`,
      // Until now no trash was emptied by itself: nobody's originals are to go because of an update.
      `UPDATE "library" SET "trashKeepDays" = 0`,
      `ALTER TABLE "history" ADD COLUMN "note" text`,
      `CREATE INDEX "history_trash" ON "history" ("trashEntryId")`,
      `ALTER TABLE "trash_entry" ADD COLUMN "note" text`,
      `ALTER TABLE "trash_entry" ADD COLUMN "endedAt" integer`,
      // The oldest of a library first, as it is emptied.
      `CREATE INDEX "trash_entry_age" ON "trash_entry" ("libraryId", "state", "createdAt")`,
      // What the list is sorted by, of one library and of all.
      `DROP INDEX "trash_entry_state"`,
      `CREATE INDEX "trash_entry_state" ON "trash_entry" ("state", "createdAt")`,
      `CREATE INDEX "trash_entry_size" ON "trash_entry" ("state", "size")`,
      `CREATE INDEX "trash_entry_library_size" ON "trash_entry" ("libraryId", "state", "size")`,
      `CREATE INDEX "trash_entry_kept" ON "trash_entry" ("libraryId") WHERE "state" = 'held' AND "note" IS NOT NULL`,
      `ALTER TABLE "job" ADD COLUMN "deferredSince" integer`,
      `ALTER TABLE "job" ADD COLUMN "approvedAt" integer`,
      `ALTER TABLE "media_file" ADD COLUMN "links" integer NOT NULL DEFAULT 1`,
    ]) {
      await queryRunner.query(sql);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const sql of [
      `ALTER TABLE "media_file" DROP COLUMN "links"`,
      `ALTER TABLE "job" DROP COLUMN "approvedAt"`,
      `ALTER TABLE "job" DROP COLUMN "deferredSince"`,
      `DROP INDEX "trash_entry_kept"`,
      `DROP INDEX "trash_entry_library_size"`,
      `DROP INDEX "trash_entry_size"`,
      `DROP INDEX "trash_entry_state"`,
      `CREATE INDEX "trash_entry_state" ON "trash_entry" ("libraryId", "state")`,
      `DROP INDEX "trash_entry_age"`,
      `ALTER TABLE "trash_entry" DROP COLUMN "endedAt"`,
      `ALTER TABLE "trash_entry" DROP COLUMN "note"`,
      `DROP INDEX "history_trash"`,
      `ALTER TABLE "history" DROP COLUMN "note"`,
      `ALTER TABLE "library" DROP COLUMN "trashMaximumSize"`,
      `ALTER TABLE "library" DROP COLUMN "trashKeepDays"`,
      `ALTER TABLE "library" DROP COLUMN "review"`,
    ]) {
      await queryRunner.query(sql);
    }
  }
}
