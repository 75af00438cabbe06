import type { MigrationInterface, QueryRunner } from 'typeorm';

const NODE_COLUMNS = [
  `"redisHash" text`,
  `"gpuDevices" text NOT NULL DEFAULT '{}'`,
  `"threadsPerJob" integer NOT NULL DEFAULT 0`,
  `"nice" integer NOT NULL DEFAULT 10`,
  `"ioPriority" text NOT NULL DEFAULT 'low'`,
  `"weight" integer NOT NULL DEFAULT 0`,
  `"tags" text NOT NULL DEFAULT '[]'`,
  `"pathMappings" text NOT NULL DEFAULT '[]'`,
  `"transfer" text NOT NULL DEFAULT 'fallback'`,
  `"copySources" boolean NOT NULL DEFAULT 0`,
  `"parallelCopies" integer NOT NULL DEFAULT 2`,
  `"transferLimit" integer NOT NULL DEFAULT 0`,
  `"schedule" text`,
  `"outsideSchedule" text NOT NULL DEFAULT 'afterJob'`,
  `"pauseAboveCpu" integer NOT NULL DEFAULT 0`,
  `"paused" text`,
  `"reach" text NOT NULL DEFAULT '[]'`,
];

/** A job that could begin at once, if only there were a node for it. */
const WAITS = `"state" = 'pending' AND "openChildren" = 0 AND "notBefore" IS NULL`;

const nameOf = (column: string): string => column.slice(0, column.indexOf('" ') + 1);

/** Nodes on other machines: what can be set of them, how they join, and which work is for which of them. */
export class RemoteNodes1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const sql of [
      ...NODE_COLUMNS.map((column) => `ALTER TABLE "node" ADD COLUMN ${column}`),
      // Cards were not told apart before, and nobody had given them slots.
      `UPDATE "node" SET "gpuSlots" = 1 WHERE "gpuSlots" = 0`,
      // Without its cards; each node tells anew when it starts.
      `UPDATE "node" SET "capabilities" = NULL`,
      `CREATE TABLE "join_token" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "tokenHash" text NOT NULL UNIQUE,
        "createdAt" integer NOT NULL, "expiresAt" integer NOT NULL, "usesLeft" integer NOT NULL)`,
      `CREATE TABLE "job_lot" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "key" text NOT NULL UNIQUE,
        "slot" text NOT NULL, "large" boolean NOT NULL, "libraryId" integer, "needs" text NOT NULL)`,
      `ALTER TABLE "job" ADD COLUMN "lotId" integer`,
      // The first of each lot; jobs that are older than their lot are given one at start.
      `CREATE INDEX "job_lot_order" ON "job"
        ("lotId", "front" DESC, "weight" DESC, "orderKey" DESC, "orderText", "id") WHERE ${WAITS}`,
      `CREATE INDEX "job_put_off" ON "job" ("notBefore") WHERE "state" = 'pending' AND "notBefore" IS NOT NULL`,
      `ALTER TABLE "library" ADD COLUMN "nodeTags" text NOT NULL DEFAULT '[]'`,
    ]) {
      await queryRunner.query(sql);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const sql of [
      `ALTER TABLE "library" DROP COLUMN "nodeTags"`,
      `DROP INDEX "job_put_off"`,
      `DROP INDEX "job_lot_order"`,
      `ALTER TABLE "job" DROP COLUMN "lotId"`,
      `DROP TABLE "job_lot"`,
      `DROP TABLE "join_token"`,
      ...NODE_COLUMNS.map((column) => `ALTER TABLE "node" DROP COLUMN ${nameOf(column)}`),
    ]) {
      await queryRunner.query(sql);
    }
  }
}
