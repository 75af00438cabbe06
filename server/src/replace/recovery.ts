import path from 'node:path';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { DeliveredFile } from '#contracts';
import { Mutex } from 'async-mutex';
import { DataSource, In } from 'typeorm';
import { DbWriter } from '../database/db-writer.js';
import { JobEntity } from '../jobs/job.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { confine } from './confine.js';
import { faultPoint } from './fault-points.js';
import type { FilePort } from './file-port.js';
import { FILE_PORT } from './file-port.token.js';
import { JournalService, type Settlement } from './journal.service.js';
import { messageOf, Refusal } from './replace-failure.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';

export interface RecoveryReport {
  /** replacements and restores that were complete, or could be completed */
  done: number;
  undone: number;
  /** rows that say nothing yet, such as those of a library that is not mounted; they stay open */
  left: number;
}

/** A job that stands at `replacing` with nobody working on it. */
export interface StrandedJob {
  jobId: number;
  /**
   * Every delivered file is still there in full: the replacement can be asked for again as it was. Publishing can
   * always be asked for again; it sees for itself what is there.
   */
  outputsPresent: boolean;
}

/**
 * Ends what an earlier process left half done. Runs at start, before anything else may touch a library; it can be
 * run again at any time, for it leaves alone what this process is working on.
 */
@Injectable()
export class RecoveryService implements OnModuleInit {
  private readonly logger = new Logger('Recovery');
  /** the task and a person may ask at once */
  private readonly mutex = new Mutex();

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly journal: JournalService,
    @Inject(FILE_PORT) private readonly port: FilePort,
  ) {}

  /** Nest has initialised every module before any of them hears that the application is up. */
  async onModuleInit(): Promise<void> {
    await this.recover();
  }

  /** One row that cannot be settled never keeps the others from it. */
  recover(): Promise<RecoveryReport> {
    return this.mutex.runExclusive(() => this.settleAll());
  }

  private async settleAll(): Promise<RecoveryReport> {
    const report: RecoveryReport = { done: 0, undone: 0, left: 0 };
    faultPoint('recovery.begun');
    for (const row of await this.journal.unsettled()) {
      const settlement = await this.settle(row);
      report[settlement] += 1;
      faultPoint('recovery.settled');
      if (settlement === 'left') continue;
      const what = settlement === 'done' ? 'finished by recovery' : 'undone by recovery';
      this.logger.log(`journal row ${row.id}, ${row.kind} of ${row.sourcePath} to ${row.finalPath}: ${what}`);
    }
    faultPoint('recovery.ended');
    return report;
  }

  /** Jobs to put back into dispatch's hands. Call it after `recover`; a job whose row is still open is not among them. */
  async jobsToRequeue(): Promise<StrandedJob[]> {
    const jobs = await this.dataSource.manager.findBy(JobEntity, { state: 'replacing' });
    const open = await this.dataSource.manager.find(ReplaceJournalEntity, {
      where: { state: In(['staging', 'open']) },
      select: { id: true, jobId: true },
    });
    const held = new Set(open.map((row) => row.jobId));
    const stranded: StrandedJob[] = [];
    for (const job of jobs) {
      if (!held.has(job.id)) stranded.push({ jobId: job.id, outputsPresent: await this.outputsPresent(job) });
    }
    return stranded;
  }

  private async settle(row: ReplaceJournalEntity): Promise<Settlement> {
    try {
      const library = await this.dataSource.manager.findOneBy(LibraryEntity, { id: row.libraryId });
      if (library === null) return await this.leave(row, 'its library is no longer in the database');
      await confine(this.port, library.path, path.dirname(row.sourcePath));
      const settlement = await this.journal.recoverRow(row, library.path);
      if (settlement === 'left') await this.leave(row, 'nothing of it is to be seen; is the share mounted?');
      return settlement;
    } catch (error) {
      return this.leave(row, whyLeft(row, error));
    }
  }

  private async leave(row: ReplaceJournalEntity, why: string): Promise<'left'> {
    const note = `left open by recovery: ${why}`;
    // Asked again every minute, told once.
    if (row.note !== note) {
      this.logger.error(`journal row ${row.id} of ${row.sourcePath} stays open: ${why}`);
      await this.writer.write((manager) => manager.update(ReplaceJournalEntity, { id: row.id }, { note }));
    }
    return 'left';
  }

  private async outputsPresent(job: JobEntity): Promise<boolean> {
    if (job.ending === 'publish') return true;
    const outputs = (job.delivery?.['outputs'] ?? []) as DeliveredFile[];
    if (outputs.length === 0) return false;
    for (const output of outputs) {
      const facts = await this.port.lstat(output.stagedPath).catch(() => null);
      if (facts?.kind !== 'file' || facts.size !== output.size) return false;
    }
    return true;
  }
}

/** A folder that is gone for good looks like one that is not mounted, and only a person can tell. */
function whyLeft(row: ReplaceJournalEntity, error: unknown): string {
  if (!(error instanceof Refusal && error.reason.code === 'library_missing')) return messageOf(error);
  return (
    `the folder ${path.dirname(row.sourcePath)} is not there; is the disk or the share mounted? ` +
    'If it was deleted, make it again with any file in it'
  );
}
