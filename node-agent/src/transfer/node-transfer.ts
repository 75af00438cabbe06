import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliverRequest, JobInput, NodeSettings } from '#contracts';
import { NO_SPACE_WORK } from '#engine/pipeline/failure.js';
import { isClaimedFile } from '#engine/pipeline/same-file.js';
import { StepFailure, type ResolvedInput } from '#engine/pipeline/step.js';
import type { ServerClient } from '../registration/server-client.js';
import { ResizableSemaphore } from '../slots/semaphore.js';
import { receive, type PieceSource } from './incoming-file.js';
import { nodePathOf } from './path-mapping.js';
import { RateLimit } from './rate-limit.js';
import { send } from './sent-file.js';
import { ServerFile } from './server-file.js';
import { SHARE_MS, SharedFile } from './shared-file.js';
import { Coming } from './transfer-progress.js';
import { GiveBack, type Transfer, type TransferJob } from './transfer.js';
import { freeBytesOf, WorkRoom, type Reservation } from './work-room.js';
import { NoAnswer, within } from './within.js';

type TransferSettings = Pick<
  NodeSettings,
  'pathMappings' | 'transfer' | 'copySources' | 'parallelCopies' | 'transferLimit'
>;

/** How long a source waits for room: what runs ends at some time, and its files go. */
const ROOM_MS = 10 * 60_000;
const ROOM_EVERY_MS = 5000;

export interface NodeTransferOptions {
  client: ServerClient;
  settings: TransferSettings;
  workFolder: string;
  /** where the server finds this node's work folder; null: it does not see it */
  serverWorkFolder: string | null;
  /**
   * Finds out anew which libraries can be read here, and tells the server.
   * @returns whether the library of a file can be
   */
  reaches: (serverPath: string) => Promise<boolean>;
  /** tests: room on the work disk */
  freeBytes?: () => Promise<number | null>;
  /** tests: ms that a source waits for room */
  roomMs?: number;
}

/** Files over shares, by paths that may be called otherwise here, and over the network where there is none. */
export class NodeTransfer implements Transfer {
  private settings: TransferSettings;
  private readonly limit = new RateLimit();
  private readonly incoming: ResizableSemaphore;
  private readonly outgoing: ResizableSemaphore;
  private readonly room: WorkRoom;

  constructor(private readonly options: NodeTransferOptions) {
    this.settings = options.settings;
    this.incoming = new ResizableSemaphore(this.settings.parallelCopies);
    this.outgoing = new ResizableSemaphore(this.settings.parallelCopies);
    this.room = new WorkRoom(options.freeBytes ?? freeBytesOf(options.workFolder));
    this.apply(options.settings);
  }

  /** Takes over new settings; what is under way keeps to the new limit as well. */
  apply(settings: TransferSettings): void {
    this.settings = settings;
    this.incoming.resize(settings.parallelCopies);
    this.outgoing.resize(settings.parallelCopies);
    this.limit.set(settings.transferLimit);
  }

  get pathMappings(): NodeSettings['pathMappings'] {
    return this.settings.pathMappings;
  }

  get sharesWork(): boolean {
    return this.options.serverWorkFolder !== null;
  }

  /** @returns bytes a second over the network */
  rate(): number {
    return this.limit.rate();
  }

  async resolve(job: TransferJob): Promise<ResolvedInput[]> {
    const resolved: ResolvedInput[] = [];
    // One after the other: the files of one job are needed together anyhow.
    for (const input of job.assignment.inputs) resolved.push(await this.resolveOne(job, input));
    return resolved;
  }

  async handOver(job: TransferJob, delivery: DeliverRequest): Promise<DeliverRequest> {
    const { serverWorkFolder, workFolder } = this.options;
    const outputs: DeliverRequest['outputs'] = [];
    for (const output of delivery.outputs) {
      const stagedPath =
        serverWorkFolder === null
          ? await this.sendOne(job, output)
          : serverPathOf(output.stagedPath, workFolder, serverWorkFolder);
      outputs.push({ ...output, stagedPath });
    }
    return { ...delivery, outputs };
  }

  private async resolveOne(job: TransferJob, input: JobInput): Promise<ResolvedInput> {
    const { transfer, copySources } = this.settings;
    if (job.assignment.reach === 'transfer' || transfer === 'always') return this.fetch(job, input);
    const found = nodePathOf(input.path, this.settings.pathMappings);
    // On the server's own machine there is nobody else to ask.
    if (found?.mapped === false && this.options.serverWorkFolder !== null && !copySources)
      return { ...input, localPath: found.path };
    const problem =
      found === null ? 'no path of this node can be made of it' : await problemOf(found.path, input);
    if (found !== null && problem === null) {
      if (!copySources) return { ...input, localPath: found.path };
      try {
        return await this.copy(job, input, found.path);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        return this.otherwise(job, input, found.path, error.message);
      }
    }
    return this.otherwise(job, input, found?.path ?? 'any path', problem ?? '');
  }

  /** Brings over the network what the share does not give, where that is allowed. */
  private async otherwise(
    job: TransferJob,
    input: JobInput,
    place: string,
    problem: string,
  ): Promise<ResolvedInput> {
    const { transfer } = this.settings;
    const message = `${input.path} cannot be read here at ${place}: ${problem}`;
    job.log.info(message);
    if (transfer === 'fallback') {
      // The server should know for the next one.
      void this.options.reaches(input.path).catch(() => undefined);
      return this.fetch(job, input);
    }
    return this.giveUp(job, input, message);
  }

  /** Tells apart what is wrong with the file, with this node, and with nothing but a moment. */
  private async giveUp(job: TransferJob, input: JobInput, message: string): Promise<never> {
    await new ServerFile(this.options.client, this.limit, job, input).confirm(job.signal);
    if (!(await this.options.reaches(input.path))) throw new GiveBack(message);
    throw new StepFailure({ code: 'staging_failed', message }, true);
  }

  private async copy(job: TransferJob, input: JobInput, from: string): Promise<ResolvedInput> {
    const direct = { ...input, localPath: from };
    const room = await this.room.reserve(input.size);
    if (room === null) {
      job.log.info(`there is no room to copy ${input.name}; it is read from the share`);
      return direct;
    }
    try {
      const release = await turnIn(this.incoming, job);
      try {
        const file = await SharedFile.open(from, input);
        try {
          return await this.bring(job, input, file, room);
        } finally {
          file.close();
        }
      } finally {
        release();
      }
    } finally {
      room.release();
    }
  }

  private async fetch(job: TransferJob, input: JobInput): Promise<ResolvedInput> {
    job.waiting(true);
    const room = await this.waitForRoom(job, input).finally(() => {
      job.waiting(false);
    });
    try {
      const release = await turnIn(this.incoming, job);
      try {
        const source = new ServerFile(this.options.client, this.limit, job, input);
        return await this.bring(job, input, source, room);
      } finally {
        release();
      }
    } finally {
      room.release();
    }
  }

  private async bring(
    job: TransferJob,
    input: JobInput,
    source: PieceSource,
    room: Reservation,
  ): Promise<ResolvedInput> {
    const localPath = path.join(job.folder, copyName(input));
    const progress = new Coming(input.size);
    await receive({
      file: localPath,
      size: input.size,
      source,
      signal: job.signal,
      onBytes: (bytes) => {
        room.written(bytes);
        job.progress(progress.at(bytes));
      },
    });
    job.log.info(`${input.name} was brought here: ${progress.summary}`);
    return { ...input, localPath, copy: true };
  }

  /** @throws StepFailure `no_space_work` when there is none for too long */
  private async waitForRoom(job: TransferJob, input: JobInput): Promise<Reservation> {
    const until = performance.now() + (this.options.roomMs ?? ROOM_MS);
    for (let said = false; ; said = true) {
      const room = await this.room.reserve(input.size);
      if (room !== null) return room;
      const message = `there is no room for ${input.size} bytes of ${input.path} and an output in ${this.options.workFolder}`;
      if (!said) job.log.info(`${message}; it waits`);
      if (performance.now() > until) throw new StepFailure({ code: NO_SPACE_WORK, message }, true);
      await sleep(ROOM_EVERY_MS, undefined, { signal: job.signal });
    }
  }

  private async sendOne(job: TransferJob, output: DeliverRequest['outputs'][number]): Promise<string> {
    const release = await turnIn(this.outgoing, job);
    try {
      const { client } = this.options;
      const progress = new Coming(output.size);
      const stagedPath = await send({
        ...{ client, limit: this.limit, job, output },
        onBytes: (bytes) => {
          job.progress(progress.at(bytes));
        },
      });
      job.log.info(`the output ${output.name} was sent: ${progress.summary}`);
      return stagedPath;
    } finally {
      release();
    }
  }
}

/** Waits for a job's turn: behind large files on a slow line it may be hours away. @returns what ends it */
async function turnIn(line: ResizableSemaphore, job: TransferJob): Promise<() => void> {
  job.waiting(true);
  try {
    return await line.acquire(job.signal);
  } finally {
    job.waiting(false);
  }
}

/** @returns why a source cannot be read where it should be, or null */
async function problemOf(file: string, input: JobInput): Promise<string | null> {
  try {
    const status = await within(SHARE_MS, lstat(file, { bigint: true }));
    return isClaimedFile(input, status) ? null : 'another file lies there than the server sees';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Tells this file from every other that the job may have had under the same name; players and tools go by the extension. */
function copyName(input: JobInput): string {
  const identity = [input.name, input.path, input.size, input.mtimeNs].join('\n');
  const extension = /\.[A-Za-z0-9]{1,12}$/.exec(input.path)?.[0] ?? '';
  return `input-${createHash('sha256').update(identity).digest('hex').slice(0, 32)}${extension}`;
}

/** A path of this node's work folder, as the server sees it. */
function serverPathOf(file: string, workFolder: string, serverWorkFolder: string): string {
  const names = path.relative(workFolder, file).split(path.sep);
  const separator = /^(?:[A-Za-z]:|\\\\)/.test(serverWorkFolder) ? '\\' : '/';
  return [serverWorkFolder.replace(/[\\/]+$/, ''), ...names].join(separator);
}
