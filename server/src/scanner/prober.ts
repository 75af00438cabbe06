import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { ScanProblem } from '#contracts';
import { unknownLayer } from '#engine/media/enhancement-layer.js';
import type { MediaInfo } from '#engine/media/media-info.js';
import { ToolError } from '#engine/tools/tool-error.js';
import type { DataSource } from 'typeorm';
import type { DbWriter } from '../database/db-writer.js';
import { isHeld } from '../files/hard-links.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import type { Decider } from './decider.js';
import { heldFinding, writeFindings, type Finding, type ReadFile } from './decision-writer.js';
import type { Gate } from './gate.js';
import type { ScanJobs, ScannerSettings, ScanTools } from './scan-ports.js';
import { errorCode, isAbsent } from './walk/file-system.port.js';

/** Findings in a transaction, at most. */
const WRITE_SIZE = 64;
/** ms that a finding may wait for others to be written with. */
const WRITE_DELAY = 250;
/** Findings that may wait for the database before the probes do. */
const MAX_WAITING = 4 * WRITE_SIZE;
/** Files read from the database at a time. */
const READ_SIZE = 128;
/** Files that may turn out unreachable before the whole library counts as gone. */
const MAX_LEFT_ALONE = 1000;

export interface ProberContext {
  dataSource: DataSource;
  writer: DbWriter;
  jobs: ScanJobs;
  tools: ScanTools;
  settings: ScannerSettings;
  library: LibraryEntity;
  decider: Decider;
  gate: Gate;
  onProbed(): void;
  onProblem(problem: ScanProblem): void;
}

type NewFile = ReadFile & { mediaInfo: string | null };

/**
 * Probes a library's new files, several at once, and decides on them. Reads what is to be done from the
 * database in small pieces, so that a million new files need no more memory than a few.
 */
export class Prober {
  private queue: NewFile[] = [];
  private findings: Finding[] = [];
  /** read from the database and not yet written */
  private readonly inFlight = new Set<number>();
  /** could not be dealt with now; the next scan looks at them again */
  private readonly leftAlone = new Set<number>();
  private reading: Promise<void> | null = null;
  private writing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private noMore = false;
  private failed = false;
  private news = Promise.withResolvers<void>();

  constructor(private readonly context: ProberContext) {}

  /** The walk has written new files, or (`last`) has ended. */
  notify(last = false): void {
    this.noMore ||= last;
    this.news.resolve();
    this.news = Promise.withResolvers();
  }

  /**
   * Goes on until every new file has been dealt with and `notify(true)` has been called, or the scan is cancelled.
   * No probe is left running when this returns.
   * @throws ToolError when ffprobe itself is missing: that says nothing about the files
   */
  async run(): Promise<void> {
    const lanes = Array.from({ length: this.context.settings.probes }, () =>
      this.lane().catch((error: unknown) => {
        this.failed = true;
        this.notify();
        throw error;
      }),
    );
    const results = await Promise.allSettled(lanes);
    await this.flush();
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  private async lane(): Promise<void> {
    for (let file = await this.next(); file !== null; file = await this.next()) {
      const finding = await this.examine(file);
      if (finding === null) {
        this.inFlight.delete(file.id);
        continue;
      }
      this.findings.push(finding);
      if (this.findings.length >= MAX_WAITING) await this.flush();
      else if (this.findings.length >= WRITE_SIZE) this.flushSoon(0);
      else this.flushSoon(WRITE_DELAY);
    }
  }

  /** An error in it comes out at the next `flush`. */
  private flushSoon(delay: number): void {
    this.timer ??= setTimeout(() => {
      this.flush().catch(() => undefined);
    }, delay);
  }

  private async next(): Promise<NewFile | null> {
    for (;;) {
      if (this.failed || !(await this.context.gate.pass())) return null;
      const file = this.queue.shift();
      if (file !== undefined) return file;
      const { news, noMore } = { news: this.news.promise, noMore: this.noMore };
      this.reading ??= this.read().finally(() => {
        this.reading = null;
      });
      await this.reading;
      if (this.queue.length > 0) continue;
      if (noMore) return null;
      await Promise.race([news, this.context.gate.closed]);
    }
  }

  private async read(): Promise<void> {
    const skipped = this.inFlight.size + this.leftAlone.size;
    const rows = await this.context.dataSource.manager.query<NewFile[]>(
      `SELECT "id", "directory", "name", "size", "mtimeNs", "status", "headTailHash", "mediaInfo" FROM "media_file"
       WHERE "libraryId" = ? AND "status" = 'new' LIMIT ?`,
      [this.context.library.id, READ_SIZE + skipped],
    );
    for (const row of rows) {
      if (this.inFlight.has(row.id) || this.leftAlone.has(row.id)) continue;
      this.inFlight.add(row.id);
      this.queue.push(row);
    }
  }

  /** @returns null when nothing can be said about the file now */
  private async examine(file: NewFile): Promise<Finding | null> {
    const { library, tools, settings, gate } = this.context;
    const fullPath = path.join(library.path, file.directory, file.name);
    let links: number;
    try {
      const stat = await lstat(fullPath, { bigint: true });
      if (Number(stat.size) !== file.size || stat.mtimeNs.toString() !== file.mtimeNs) {
        return this.leave(file, {
          path: fullPath,
          code: 'changing',
          message: 'changed during the scan; the next one takes it up',
        });
      }
      links = Number(stat.nlink);
    } catch (error) {
      // The walk decides what is missing: it knows whether the whole library has gone.
      const what = isAbsent(error) ? 'vanished during the scan' : `could not be read (${errorCode(error)})`;
      return this.leave(file, {
        path: fullPath,
        code: errorCode(error),
        message: `${what}; the next scan tries again`,
      });
    }
    const stored = file.mediaInfo === null ? null : (JSON.parse(file.mediaInfo) as MediaInfo);
    if (isHeld(links, library.hardLinks)) return heldFinding(this.context, file, links, stored);
    if (stored !== null && unknownLayer(stored) === null && file.headTailHash !== null) {
      return this.decided(file, stored, file.headTailHash);
    }
    if (gate.isClosed()) return null;
    const [probe, hash] = await Promise.allSettled([
      tools.probe(fullPath, { timeoutMs: settings.probeTimeoutMs, signal: gate.signal }),
      tools.hash(fullPath),
    ]);
    if (gate.isClosed()) return null;
    this.context.onProbed();
    if (probe.status === 'rejected') return this.refused(file, probe.reason);
    if (hash.status === 'rejected') return this.refused(file, hash.reason);
    return this.decided(file, probe.value, hash.value);
  }

  private decided(file: NewFile, info: MediaInfo, headTailHash: string): Finding {
    return { kind: 'decided', file, info, headTailHash, ...this.context.decider.of(file, info) };
  }

  private refused(file: NewFile, error: unknown): Finding {
    if (error instanceof ToolError) {
      if (error.code === 'tool_missing') throw error;
      return { kind: 'unreadable', file, reason: { code: error.code, message: error.message } };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'unreadable', file, reason: { code: errorCode(error), message } };
  }

  private leave(file: NewFile, problem: ScanProblem): null {
    this.leftAlone.add(file.id);
    if (this.leftAlone.size > MAX_LEFT_ALONE) {
      throw new Error(
        `${problem.path} and ${MAX_LEFT_ALONE} files more cannot be reached; is the share still mounted?`,
      );
    }
    this.context.onProblem(problem);
    return null;
  }

  /** One transaction at a time; what comes in meanwhile is written with the next. */
  private flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(async () => {
      const findings = this.findings;
      this.findings = [];
      if (findings.length === 0) return;
      const { writer, jobs, library } = this.context;
      const busy = await writer.write((manager) => writeFindings(manager, jobs, library, findings));
      for (const id of busy) this.leftAlone.add(id);
      for (const { file } of findings) this.inFlight.delete(file.id);
    });
    return this.writing;
  }
}
