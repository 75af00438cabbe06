import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Assignment, Capabilities, JobProgress } from '#contracts';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import { runPipeline, type Outcome } from '#engine/pipeline/runner.js';
import type { ResolvedInput } from '#engine/pipeline/step.js';
import { runTool } from '#engine/tools/run-tool.js';
import { jobFolderName } from '../registration/register.js';
import type { ServerClient } from '../registration/server-client.js';
import type { SlotPool } from '../slots/slot-pool.js';
import type { ToolLedger } from '../tools/tool-ledger.js';
import type { Transfer } from '../transfer/transfer.js';
import { JobChannel } from './job-channel.js';
import { JobLogBuffer } from './job-log.js';

const LOG_EVERY_MS = 1000;

/** 0 would be as greedy as everything else on the machine; an encode has time. */
const NICE = 10;

export interface ExecutionOptions {
  assignment: Assignment;
  pipelines: PipelineRegistry;
  client: ServerClient;
  transfer: Transfer;
  pool: SlotPool;
  /** gives back the place that the job took when it was fetched */
  releasePlace: () => void;
  workFolder: string;
  ledger: ToolLedger;
  capabilities: Capabilities;
  /** aborts only when the agent can wait no longer for the server */
  deadline: AbortSignal;
}

/** One job on this node, from its claim to the moment that the server has been told how it ended. */
export class JobExecution {
  readonly jobId: number;
  readonly leaseToken: string;
  progress: JobProgress | null = null;
  private readonly controller = new AbortController();
  private readonly log = new JobLogBuffer();
  private readonly channel: JobChannel;
  private readonly folder: string;
  private giveBack = false;
  private hadSlot = false;

  constructor(private readonly options: ExecutionOptions) {
    const { assignment } = options;
    this.jobId = assignment.jobId;
    this.leaseToken = assignment.leaseToken;
    this.folder = path.join(options.workFolder, jobFolderName(assignment.jobId));
    this.channel = new JobChannel(options.client, this.jobId, this.leaseToken, options.deadline, () => {
      this.controller.abort();
    });
  }

  /** Whether the machine has worked hard for it already. */
  get begun(): boolean {
    return this.hadSlot;
  }

  /** The server no longer wants it: stop at once. */
  revoke(): void {
    this.controller.abort();
  }

  /** The agent shuts down: stop, and let another attempt go on from the last finished step. */
  stop(): void {
    this.giveBack = true;
    this.controller.abort();
  }

  async run(): Promise<void> {
    const timer = setInterval(() => {
      this.flushLog();
    }, LOG_EVERY_MS);
    try {
      const outcome = await this.execute();
      clearInterval(timer);
      this.flushLog();
      await this.tell(outcome);
      await this.channel.flush();
    } finally {
      clearInterval(timer);
      this.options.releasePlace();
    }
  }

  private async execute(): Promise<Outcome> {
    const { assignment, pool } = this.options;
    const pipeline = this.options.pipelines.find(assignment.pipeline);
    if (pipeline === undefined) {
      const message = `this node does not know the pipeline ${assignment.pipeline}`;
      return { kind: 'failed', reason: { code: 'unknown_pipeline', message }, retryable: false };
    }
    const params = pipeline.params.safeParse(assignment.params);
    if (!params.success) {
      const message = `the job's parameters are wrong: ${params.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`;
      return { kind: 'failed', reason: { code: 'bad_parameters', message }, retryable: false };
    }
    let inputs: ResolvedInput[];
    try {
      await mkdir(this.folder, { recursive: true });
      inputs = await Promise.all(assignment.inputs.map((input) => this.options.transfer.resolve(input)));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: 'failed', reason: { code: 'staging_failed', message }, retryable: true };
    }
    this.log.info(`job ${assignment.jobId}, attempt ${assignment.attempt}, pipeline ${assignment.pipeline}`);
    for (const input of inputs) this.log.info(`input ${input.name}: ${input.localPath}, ${input.size} bytes`);
    return runPipeline(pipeline, {
      checkpoint: assignment.checkpoint,
      slot: {
        acquire: async (signal) => {
          const releaseSlot = await pool.slots.acquire(signal);
          this.hadSlot = true;
          return () => {
            releaseSlot();
            // The next job may be fetched while this one is handed over.
            this.options.releasePlace();
          };
        },
      },
      report: {
        step: (report) => {
          this.flushLog();
          this.channel.send('step', report);
        },
        progress: (progress) => {
          this.progress = progress;
        },
      },
      context: {
        jobId: assignment.jobId,
        attempt: assignment.attempt,
        token: assignment.leaseToken,
        title: assignment.title,
        params: params.data,
        inputs,
        children: new Map(assignment.children.map((child) => [child.key, child.result])),
        workFolder: this.folder,
        capabilities: this.options.capabilities,
        gpuDevice: null,
        signal: this.controller.signal,
        log: this.log,
        run: async (tool, args, toolOptions = {}) => {
          this.log.command([tool, ...args]);
          const { onStderrLine } = toolOptions;
          let pid: number | null = null;
          const result = await runTool(tool, args, {
            nice: NICE,
            ...toolOptions,
            onSpawn: (spawned) => {
              pid = spawned;
              this.options.ledger.started(spawned);
            },
            signal:
              toolOptions.signal === undefined
                ? this.controller.signal
                : AbortSignal.any([this.controller.signal, toolOptions.signal]),
            onStderrLine: (line) => {
              this.log.tool(tool, line);
              onStderrLine?.(line);
            },
          }).finally(() => (pid === null ? undefined : this.options.ledger.ended(pid)));
          this.log.info(
            `${tool} ended with ${result.exitCode} after ${(result.durationMs / 1000).toFixed(2)} s`,
          );
          return result;
        },
        produce: (name, write) => this.produce(name, write),
      },
    });
  }

  private async produce(name: string, write: (partialPath: string) => Promise<void>): Promise<string> {
    const named = `${this.leaseToken}-${name}`;
    const partial = path.join(this.folder, `partial-${named}`);
    const final = path.join(this.folder, named);
    try {
      await write(partial);
      await rename(partial, final);
      return final;
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  private async tell(outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'delivered':
        this.channel.send('deliver', outcome.delivery);
        return;
      case 'yielded':
        this.channel.send('children', { children: outcome.children });
        return;
      case 'skipped':
        await rm(this.folder, { recursive: true, force: true });
        this.channel.send('skip', { reason: outcome.reason });
        return;
      case 'failed':
        // What earlier steps made is kept for the next attempt, if there is one; see register for the rest.
        if (!outcome.retryable) await rm(this.folder, { recursive: true, force: true });
        this.channel.send('fail', { error: outcome.reason, retryable: outcome.retryable });
        return;
      case 'cancelled':
        if (this.giveBack) this.channel.send('give-back', {});
        else await rm(this.folder, { recursive: true, force: true });
    }
  }

  private flushLog(): void {
    const text = this.log.take();
    if (text !== '') this.channel.send('log', { text });
  }
}
