import path from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { DeliveredFile, Reason } from '#contracts';
import { DataSource } from 'typeorm';
import { hardLinkReason, isHeld } from '../files/hard-links.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import type { JobEntity } from '../jobs/job.entity.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import type { ClosingRecord, FileContent } from './closing-record.js';
import { confine, libraryMissing } from './confine.js';
import { faultPoint } from './fault-points.js';
import { errnoOf, isNoSpace, type FileFacts, type FilePort } from './file-port.js';
import { FILE_PORT } from './file-port.token.js';
import { isClaimed } from './identity.js';
import { JournalService } from './journal.service.js';
import { holdsAnything } from './mounted.js';
import { finalPathFor, stagePathFor, trashPathFor } from './names.js';
import { PathLock } from './path-lock.js';
import { messageOf, Refusal, ReplaceFailure } from './replace-failure.js';
import type { ReplaceJournalEntity } from './replace-journal.entity.js';
import { checkDelivered, noSpace, stageOutput } from './staging.js';
import { targetExists } from './swap.js';

/** What a source was when the job was claimed. */
export interface ClaimedSource {
  /** absolute */
  path: string;
  size: number;
  mtimeNs: string;
  headTailHash: string;
}

/** The last word on an output: is it as good as its source, and small enough? */
export type GateVerdict =
  /** `closing`: what the gate has found out about the output, in place of what the request said */
  { accepted: true; closing?: ClosingRecord } | { accepted: false; reason: Reason };

export interface ReplaceRequest {
  /** in the state `replacing` */
  job: JobEntity;
  library: LibraryEntity;
  file: MediaFileEntity;
  claimed: ClaimedSource;
  output: DeliveredFile;
  /** secret of the attempt's lease: part of the staging name */
  token: string;
  gate: (stagedPath: string) => Promise<GateVerdict>;
  closing: ClosingRecord;
}

/** What a replacement is about, before source and output have been read. */
export type PrecheckRequest = Pick<ReplaceRequest, 'job' | 'library' | 'claimed' | 'output' | 'token'>;

export type ReplaceOutcome =
  /** the job is `completed` */
  | { kind: 'replaced'; finalPath: string; warnings: string[] }
  /** nothing was touched, the output is gone. `retryable`: another attempt could make a better output */
  | { kind: 'rejected'; reason: Reason; retryable: boolean }
  /** nothing was touched, the output is kept: the same request may be made again later */
  | { kind: 'deferred'; reason: Reason };

export type RefusedOutcome = Exclude<ReplaceOutcome, { kind: 'replaced' }>;

/** Puts a verified output in its source's place. The only part of Boilarr that changes library files. */
@Injectable()
export class ReplaceService {
  private readonly logger = new Logger('Replace');

  constructor(
    private readonly dataSource: DataSource,
    private readonly journal: JournalService,
    private readonly lock: PathLock,
    @Inject(FILE_PORT) private readonly port: FilePort,
  ) {}

  /**
   * Stages the output beside its source, checks both, asks the gate, and swaps them by the journal.
   * @throws ReplaceFailure when the machine failed; it says whether the journal row is still open
   */
  replace(request: ReplaceRequest): Promise<ReplaceOutcome> {
    return this.lock.run(`file ${request.file.id}`, () => this.run(request));
  }

  /**
   * A first look, before anybody reads source and output: they are there. Changes nothing but for one that will never do, which is
   * removed.
   * @returns what `replace` would answer; null when nothing speaks against it so far
   */
  async precheck(request: PrecheckRequest): Promise<RefusedOutcome | null> {
    return this.refusalOf(request, async () => {
      await this.sourceFacts(request);
      await checkDelivered(this.port, request.output);
    });
  }

  /** All that `replace` would look at, as far as that goes without a change to the library. */
  async examine(request: ReplaceRequest): Promise<RefusedOutcome | null> {
    return this.refusalOf(request, async () => {
      await this.checkSource(request, this.pathsOf(request).finalPath);
      await checkDelivered(this.port, request.output, 'every byte');
      const verdict = await request.gate(request.output.stagedPath);
      if (!verdict.accepted) throw new Refusal(verdict.reason);
    });
  }

  private async refusalOf(
    request: PrecheckRequest,
    look: () => Promise<void>,
  ): Promise<RefusedOutcome | null> {
    try {
      await look();
      return null;
    } catch (error) {
      return this.answer(request, error);
    }
  }

  private async run(request: ReplaceRequest): Promise<ReplaceOutcome> {
    if (await this.journal.isUnsettled(request.file.id)) {
      const message = `an earlier replacement of ${request.claimed.path} is still to be settled by recovery`;
      throw new ReplaceFailure({ code: 'journal_open', message }, true, null);
    }
    let row: ReplaceJournalEntity;
    try {
      const paths = this.pathsOf(request);
      await this.checkSource(request, paths.finalPath);
      row = await this.begin(request, paths);
    } catch (error) {
      return this.answer(request, error);
    }
    try {
      faultPoint('replace.begun');
      await this.prepare(request, row);
      await this.journal.open(row);
      faultPoint('replace.opened');
      await this.journal.carryOut(row, request.library.path);
      return this.replaced(row);
    } catch (error) {
      const settlement = await this.journal.settle(row, request.library.path, error);
      if (settlement === 'done') return this.replaced(row);
      return await this.answer(request, error, settlement === 'left');
    } finally {
      this.journal.release(row);
    }
  }

  private replaced(row: ReplaceJournalEntity): ReplaceOutcome {
    return { kind: 'replaced', finalPath: row.finalPath, warnings: row.closing.warnings };
  }

  /** What is wrong with a replacement is an outcome; what is wrong with the machine is thrown. */
  private async answer(request: PrecheckRequest, error: unknown, open = false): Promise<RefusedOutcome> {
    const { claimed, job } = request;
    const refusal = isNoSpace(error) ? noSpace(path.dirname(claimed.path), request.output.size) : error;
    if (open || !(refusal instanceof Refusal)) {
      const code = errnoOf(error);
      const reason = {
        code: 'replace_failed',
        message: `${claimed.path} could not be replaced${code === null ? '' : ` (${code})`}: ${messageOf(error)}`,
      };
      this.logger.error(`job ${job.id}: ${reason.message}`);
      throw new ReplaceFailure(reason, open, error);
    }
    const { reason, kind, retryable } = refusal;
    this.logger.log(`job ${job.id}: ${kind === 'defer' ? 'put off' : 'not replaced'}: ${reason.message}`);
    if (kind === 'defer') return { kind: 'deferred', reason };
    await this.port.unlink(request.output.stagedPath).catch(() => undefined);
    return { kind: 'rejected', reason, retryable };
  }

  private pathsOf({ library, claimed, output, token }: PrecheckRequest) {
    return {
      stagedPath: stagePathFor(claimed.path, token, output.extension),
      finalPath: finalPathFor(claimed.path, output.extension),
      trashPath: trashPathFor(library.path, claimed.path, Date.now()),
    };
  }

  /** A share that is not mounted is no film that has been deleted, and what was encoded of it is not thrown away. */
  private async sourceFacts({
    claimed,
    library,
  }: Pick<PrecheckRequest, 'claimed' | 'library'>): Promise<FileFacts> {
    await confine(this.port, library.path, path.dirname(claimed.path));
    const facts = await this.port.lstat(claimed.path);
    if (facts !== null) return facts;
    if (!(await holdsAnything(this.port, library.path))) throw libraryMissing(library.path);
    throw new Refusal({ code: 'source_missing', message: `${claimed.path} is no longer there` });
  }

  /** The source is what was claimed and may be replaced, and its output's name is free. */
  private async checkSource({ claimed, library }: PrecheckRequest, finalPath: string): Promise<void> {
    const facts = await this.sourceFacts({ claimed, library });
    if (!(await isClaimed(this.port, claimed.path, facts, claimed))) {
      throw new Refusal({
        code: 'source_changed',
        message: `${claimed.path} is no longer the file that was encoded; it was left as it is`,
      });
    }
    if (isHeld(facts.links, library.hardLinks)) {
      const reason = hardLinkReason(claimed.path, facts.links, library.hardLinks);
      throw new Refusal(reason, library.hardLinks === 'wait' ? 'defer' : 'reject');
    }
    if (finalPath !== claimed.path && (await this.port.lstat(finalPath)) !== null)
      throw targetExists(finalPath);
  }

  private async begin(
    { job, library, file, claimed, output, closing }: ReplaceRequest,
    paths: { stagedPath: string; finalPath: string; trashPath: string },
  ): Promise<ReplaceJournalEntity> {
    return this.journal.begin({
      kind: 'replace',
      jobId: job.id,
      fileId: file.id,
      libraryId: library.id,
      sourcePath: claimed.path,
      deliveredPath: output.stagedPath,
      ...paths,
      sourceSize: claimed.size,
      sourceMtimeNs: claimed.mtimeNs,
      sourceHash: claimed.headTailHash,
      stagedSize: output.size,
      stagedSha256: output.sha256,
      closing: {
        ...closing,
        libraryName: library.name,
        profileName: job.profileName,
        profileHash: job.profileHash,
        previous: await this.contentOf(file.id),
        restoredEntryId: null,
        warnings: [],
      },
    });
  }

  /** From delivered to ready: whole, durable, accepted, and dressed like its source. */
  private async prepare(request: ReplaceRequest, row: ReplaceJournalEntity): Promise<void> {
    const { deliveredPath, stagedPath } = row;
    await stageOutput(this.port, {
      deliveredPath,
      stagedPath,
      size: row.stagedSize,
      sha256: row.stagedSha256,
    });
    faultPoint('replace.staged');
    await this.checkSource(request, row.finalPath);
    const verdict = await request.gate(stagedPath);
    if (!verdict.accepted) throw new Refusal(verdict.reason);
    if (verdict.closing !== undefined) row.closing = { ...row.closing, ...verdict.closing };
    faultPoint('replace.accepted');
    row.closing.warnings = await this.dress(row);
    faultPoint('replace.dressed');
    await this.port.syncFile(stagedPath);
    // The gate may have taken minutes.
    await this.checkSource(request, row.finalPath);
  }

  /** Attributes that cannot be kept are no reason to keep a larger file. */
  private async dress(row: ReplaceJournalEntity): Promise<string[]> {
    try {
      return await this.port.copyMetadata(row.sourcePath, row.stagedPath);
    } catch (error) {
      const staged = await this.port.lstat(row.stagedPath);
      if (staged?.size !== row.stagedSize || (await this.port.sha256(row.stagedPath)) !== row.stagedSha256)
        throw error;
      return [`owner, mode and attributes could not be kept: ${messageOf(error)}`];
    }
  }

  private async contentOf(fileId: number): Promise<FileContent | null> {
    return this.dataSource.manager.findOne(MediaFileEntity, {
      where: { id: fileId },
      select: {
        container: true,
        videoCodec: true,
        width: true,
        height: true,
        durationSeconds: true,
        mediaInfo: true,
      },
    });
  }
}
