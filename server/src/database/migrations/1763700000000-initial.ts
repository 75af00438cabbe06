import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = [
  `CREATE TABLE "session" ("idHash" text PRIMARY KEY NOT NULL, "createdAt" integer NOT NULL, "expiresAt" integer NOT NULL)`,
  `CREATE INDEX "session_expires" ON "session" ("expiresAt")`,

  `CREATE TABLE "command" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" text NOT NULL, "body" text NOT NULL,
    "status" text NOT NULL, "message" text, "queuedAt" integer NOT NULL, "startedAt" integer, "endedAt" integer)`,
  `CREATE INDEX "command_queued" ON "command" ("queuedAt")`,

  `CREATE TABLE "webhook_delivery" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "state" text NOT NULL, "url" text NOT NULL,
    "body" text NOT NULL, "attempts" integer NOT NULL, "nextAttemptAt" integer NOT NULL, "lastError" text)`,
  `CREATE INDEX "webhook_delivery_due" ON "webhook_delivery" ("state", "nextAttemptAt")`,

  `CREATE TABLE "media_file" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "libraryId" integer NOT NULL, "directory" text NOT NULL,
    "name" text NOT NULL, "size" integer NOT NULL, "mtimeNs" text NOT NULL, "inode" text NOT NULL, "headTailHash" text,
    "status" text NOT NULL, "statusBefore" text, "reasonCode" text, "reasonMessage" text, "profileHash" text, "expectedSaving" integer,
    "container" text, "videoCodec" text, "width" integer, "height" integer, "durationSeconds" real, "mediaInfo" text,
    "updatedAt" integer NOT NULL)`,
  `CREATE UNIQUE INDEX "media_file_path" ON "media_file" ("libraryId", "directory", "name")`,
  `CREATE INDEX "media_file_status" ON "media_file" ("libraryId", "status", "profileHash")`,
  `CREATE INDEX "media_file_identity" ON "media_file" ("size", "mtimeNs")`,
  `CREATE INDEX "media_file_size" ON "media_file" ("libraryId", "size")`,

  `CREATE TABLE "history" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "event" text NOT NULL, "jobId" integer, "fileId" integer,
    "libraryId" integer, "libraryName" text, "sourcePath" text NOT NULL, "finalPath" text NOT NULL, "source" text NOT NULL,
    "output" text NOT NULL, "profileName" text, "profileHash" text, "command" text, "encoderVersion" text, "nodeName" text,
    "elapsedSeconds" real, "saving" integer NOT NULL, "trashEntryId" integer, "at" integer NOT NULL)`,
  `CREATE INDEX "history_at" ON "history" ("at")`,
  `CREATE INDEX "history_library" ON "history" ("libraryId", "at")`,
  `CREATE INDEX "history_saving" ON "history" ("saving")`,

  `CREATE TABLE "savings_day" ("day" text NOT NULL, "libraryId" integer NOT NULL, "files" integer NOT NULL,
    "sourceSize" integer NOT NULL, "saved" integer NOT NULL, PRIMARY KEY ("day", "libraryId"))`,

  `CREATE TABLE "job_attempt" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "jobId" integer NOT NULL, "number" integer NOT NULL,
    "nodeId" integer, "nodeName" text, "startedAt" integer NOT NULL, "endedAt" integer, "outcome" text, "errorCode" text, "errorMessage" text)`,
  `CREATE UNIQUE INDEX "job_attempt_number" ON "job_attempt" ("jobId", "number")`,

  `CREATE TABLE "job_step" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "jobId" integer NOT NULL, "index" integer NOT NULL,
    "name" text NOT NULL, "attempt" integer NOT NULL, "state" text NOT NULL, "fields" text, "startedAt" integer, "endedAt" integer)`,
  `CREATE UNIQUE INDEX "job_step_index" ON "job_step" ("jobId", "index")`,

  `CREATE TABLE "job" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "parentId" integer, "childKey" text, "pipeline" text NOT NULL,
    "ending" text NOT NULL, "publishRoot" text, "libraryId" integer, "fileId" integer, "title" text NOT NULL, "lane" text NOT NULL,
    "state" text NOT NULL, "params" text NOT NULL, "inputs" text NOT NULL, "size" integer NOT NULL, "expectedSaving" integer,
    "profileName" text, "profileHash" text, "front" integer NOT NULL, "weight" integer NOT NULL, "orderKey" real NOT NULL,
    "orderText" text NOT NULL, "openChildren" integer NOT NULL, "attempt" integer NOT NULL, "maxAttempts" integer NOT NULL,
    "epoch" integer NOT NULL, "nodeId" integer, "leaseHash" text, "leaseExpiresAt" integer, "notBefore" integer, "reasonCode" text,
    "reasonMessage" text, "delivery" text, "createdAt" integer NOT NULL, "updatedAt" integer NOT NULL)`,
  `CREATE INDEX "job_priority" ON "job" ("state", "openChildren", "front" DESC, "weight" DESC, "orderKey" DESC, "orderText", "id")`,
  `CREATE INDEX "job_parent" ON "job" ("parentId")`,
  `CREATE INDEX "job_file" ON "job" ("fileId")`,
  `CREATE UNIQUE INDEX "job_open_file" ON "job" ("fileId") WHERE "parentId" IS NULL
    AND "state" NOT IN ('completed', 'skipped', 'failed_permanent', 'cancelled')`,
  `CREATE INDEX "job_node" ON "job" ("nodeId", "state")`,
  `CREATE INDEX "job_updated" ON "job" ("state", "updatedAt")`,

  `CREATE TABLE "library_tally" ("libraryId" integer NOT NULL, "status" text NOT NULL, "files" integer NOT NULL,
    "size" integer NOT NULL, PRIMARY KEY ("libraryId", "status"))`,
  `CREATE TABLE "library" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" text NOT NULL UNIQUE, "path" text NOT NULL UNIQUE,
    "enabled" boolean NOT NULL, "profile" text NOT NULL, "extensions" text NOT NULL, "minimumSize" integer NOT NULL,
    "minimumAgeSeconds" integer NOT NULL, "ignore" text NOT NULL, "scanIntervalSeconds" integer NOT NULL, "weight" integer NOT NULL,
    "order" text NOT NULL, "hardLinks" text NOT NULL, "webhookUrl" text NOT NULL, "lastScanAt" integer, "createdAt" integer NOT NULL)`,

  `CREATE TABLE "node" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" text NOT NULL UNIQUE, "builtIn" boolean NOT NULL,
    "tokenHash" text NOT NULL UNIQUE, "enabled" boolean NOT NULL, "cpuSlots" integer NOT NULL, "gpuSlots" integer NOT NULL,
    "lanes" text NOT NULL, "version" text, "capabilities" text, "lastSeenAt" integer, "createdAt" integer NOT NULL)`,

  `CREATE TABLE "replace_journal" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "kind" text NOT NULL, "state" text NOT NULL,
    "jobId" integer, "fileId" integer, "libraryId" integer NOT NULL, "sourcePath" text NOT NULL, "deliveredPath" text NOT NULL,
    "stagedPath" text NOT NULL, "finalPath" text NOT NULL, "trashPath" text NOT NULL, "sourceSize" integer NOT NULL, "sourceMtimeNs" text NOT NULL,
    "sourceHash" text NOT NULL, "stagedSize" integer NOT NULL, "stagedSha256" text NOT NULL, "closing" text NOT NULL,
    "openedAt" integer NOT NULL, "closedAt" integer, "note" text)`,
  `CREATE INDEX "replace_journal_state" ON "replace_journal" ("state")`,

  `CREATE TABLE "trash_entry" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "libraryId" integer NOT NULL, "fileId" integer,
    "journalId" integer NOT NULL, "state" text NOT NULL, "originalPath" text NOT NULL, "replacementPath" text NOT NULL,
    "trashPath" text NOT NULL, "size" integer NOT NULL, "createdAt" integer NOT NULL)`,
  `CREATE INDEX "trash_entry_state" ON "trash_entry" ("libraryId", "state")`,

  `CREATE TABLE "setting" ("key" text PRIMARY KEY NOT NULL, "value" text NOT NULL)`,
  `CREATE TABLE "task" ("name" text PRIMARY KEY NOT NULL, "lastRunAt" integer, "lastDurationMs" integer, "lastError" text)`,
];

/** Adds one file or job and its bytes to, or takes them from, the tally of a row's library and status. */
function tally(row: 'NEW' | 'OLD', status: string, sign: '+' | '-'): string {
  return `INSERT INTO "library_tally" ("libraryId", "status", "files", "size")
    VALUES (COALESCE(${row}."libraryId", 0), ${status}, ${sign}1, ${sign}${row}."size")
    ON CONFLICT ("libraryId", "status") DO UPDATE SET "files" = "files" ${sign} 1, "size" = "size" ${sign} ${row}."size";`;
}

function tallyTriggers(
  table: string,
  status: (row: string) => string,
  when: (row: string) => string,
): string[] {
  return [
    `CREATE TRIGGER "${table}_tally_insert" AFTER INSERT ON "${table}" WHEN ${when('NEW')}
      BEGIN ${tally('NEW', status('NEW'), '+')} END`,
    `CREATE TRIGGER "${table}_tally_delete" AFTER DELETE ON "${table}" WHEN ${when('OLD')}
      BEGIN ${tally('OLD', status('OLD'), '-')} END`,
    `CREATE TRIGGER "${table}_tally_leave" AFTER UPDATE OF "libraryId", "status", "size" ON "${table}" WHEN ${when('OLD')}
      BEGIN ${tally('OLD', status('OLD'), '-')} END`,
    `CREATE TRIGGER "${table}_tally_enter" AFTER UPDATE OF "libraryId", "status", "size" ON "${table}" WHEN ${when('NEW')}
      BEGIN ${tally('NEW', status('NEW'), '+')} END`,
  ];
}

function onState(sql: string): string {
  return sql.replace('UPDATE OF "libraryId", "status", "size"', 'UPDATE OF "libraryId", "state", "size"');
}

const TRIGGERS = [
  ...tallyTriggers(
    'media_file',
    (row) => `${row}."status"`,
    () => '1',
  ),
  ...tallyTriggers(
    'trash_entry',
    () => `'in_trash'`,
    (row) => `${row}."state" = 'held'`,
  ).map(onState),
  ...tallyTriggers(
    'job',
    (row) => `'job:' || ${row}."state"`,
    () => '1',
  ).map(onState),
];

export class Initial1763700000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const sql of [...TABLES, ...TRIGGERS]) await queryRunner.query(sql);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const tables = [...TABLES.join('\n').matchAll(/CREATE TABLE "(\w+)"/g)].map((match) => match[1]);
    for (const table of tables) await queryRunner.query(`DROP TABLE "${table}"`);
  }
}
