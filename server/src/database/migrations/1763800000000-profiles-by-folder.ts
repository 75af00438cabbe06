import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What folders say about their files, how good projections were, and profiles that would encode their own output. */
export class ProfilesByFolder1763800000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const sql of [
      `CREATE TABLE "folder_profile" ("libraryId" integer NOT NULL, "directory" text NOT NULL, "stamp" text NOT NULL,
        "text" text, "validText" text, "problem" text, "errors" text NOT NULL, "checkedAt" integer NOT NULL,
        PRIMARY KEY ("libraryId", "directory"))`,
      `CREATE TABLE "projection" ("libraryId" integer NOT NULL, "key" text NOT NULL, "count" integer NOT NULL,
        "sumLogRatio" real NOT NULL, "sumAbsError" real NOT NULL, PRIMARY KEY ("libraryId", "key"))`,
      `CREATE TABLE "repeating_profile" ("hash" text PRIMARY KEY NOT NULL, "profileName" text, "title" text NOT NULL,
        "message" text NOT NULL, "at" integer NOT NULL)`,
      // With the folder in it, the files of one folder that another profile had decided on are found at once.
      `DROP INDEX "media_file_status"`,
      `CREATE INDEX "media_file_status" ON "media_file" ("libraryId", "status", "profileHash", "directory")`,
      // A probe says more now (captions, for one): what was stored of the old ones is asked for again.
      `UPDATE "media_file" SET "mediaInfo" = NULL`,
    ]) {
      await queryRunner.query(sql);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const sql of [
      `DROP INDEX "media_file_status"`,
      `CREATE INDEX "media_file_status" ON "media_file" ("libraryId", "status", "profileHash")`,
      `DROP TABLE "repeating_profile"`,
      `DROP TABLE "projection"`,
      `DROP TABLE "folder_profile"`,
    ]) {
      await queryRunner.query(sql);
    }
  }
}
