import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The original that a closed journal row belongs to, found without reading the whole trash. */
export class JournalCleanup1764100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX "trash_entry_journal" ON "trash_entry" ("journalId")`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX "trash_entry_journal"`);
  }
}
