import { workFoldersResponse, type Assignment, type Capabilities, type JobProgress } from '#contracts';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import { runPipeline, type Outcome } from '#engine/pipeline/runner.js';
import { failureOf, NO_SPACE_WORK } from '#engine/pipeline/failure.js';
import { SkipJob, StepFailure, type Pipeline, type ResolvedInput } from '#engine/pipeline/step.js';
import { pauseEnd } from '#engine/tools/tool-pause.js';
import { ServerRefusal, type ServerClient } from '../registration/server-client.js';
import type { Scratch } from '../scratch/scratch.js';
import { slotCapabilities } from '../slots/slot-capabilities.js';
import type { Slot, SlotPool } from '../slots/slot-pool.js';
import type { ToolLedger } from '../tools/tool-ledger.js';
import { GiveBack, type Transfer, type TransferJob } from '../transfer/transfer.js';
import { JobChannel } from './job-channel.js';
import { JobFolder } from './job-folder.js';
import { JobLogBuffer } from './job-log.js';
import { JobTools } from './job-tools.js';
import type { NodeControl } from './node-control.js';

export interface ExecutionOptions {
  assignment: Assignment;
  pipelines: PipelineRegistry;
  client: ServerClient;
  transfer: Transfer;
  pool: SlotPool;
  control: NodeControl;
  /** gives back the place that the job took when it was fetched */
  releasePlace: () => void;
  workFolder: string;
  scratch: Scratch | null;
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
  private readonly folder: JobFolder;
  private readonly tools: JobTools;
  private device: Slot['device'] = null;
  private giveBack = false;
  private awaitsSlot = false;
  private awaitsTransfer = false;
  private hadSlot = false;

  constructor(private readonly options: ExecutionOptions) {
    const { assignment } = options;
    this.jobId = assignment.jobId;
    this.leaseToken = assignment.leaseToken;
    this.folder = new JobFolder({ ...options, jobId: this.jobId, token: this.leaseToken });
    this.tools = new JobTools(options.control, options.ledger, this.log, this.controller.signal);
    const { client, deadline } = options;
    this.channel = new JobChannel(client, this.jobId, this.leaseToken, this.log, deadline, () => {
      this.controller.abort();
    });
  }

  get pool(): SlotPool {
    return this.options.pool;
  }

  /** Whether the machine has worked hard for it already. */
  get begun(): boolean {
    return this.hadSlot;
  }

  /** Whether nothing is to be heard of it for good reason: its turn has not come, there is no room yet, or the node rests. */
  get waits(): boolean {
    return this.awaitsSlot || this.awaitsTransfer || this.options.control.pause.paused;
  }

  /** The server no longer wants it, or not from this attempt: stop at once. */
  revoke(): void {
    this.controller.abort();
  }

  /** The agent shuts down, or has to rest: stop, and let another attempt go on from the last finished step. */
  stop(): void {
    this.giveBack = true;
    this.controller.abort();
  }

  async run(): Promise<void> {
    try {
      const outcome = await this.execute();
      await this.tell(outcome);
      const refusal = await this.channel.flush();
      // What was not taken may still be wanted, or be another attempt's.
      const taken = outcome.kind === 'delivered' && refusal === null && !this.options.deadline.aborted;
      if (taken && !this.options.transfer.sharesWork) await this.folder.remove();
    } finally {
      this.folder.release();
      this.channel.close();
      this.options.releasePlace();
    }
  }

  private async execute(): Promise<Outcome> {
    const { assignment } = this.options;
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
    this.log.info(`job ${assignment.jobId}, attempt ${assignment.attempt}, pipeline ${assignment.pipeline}`);
    try {
      await this.folder.open();
    } catch (error) {
      return { kind: 'failed', ...failureOf(error, 'stage') };
    }
    const outcome = await this.runSteps(pipeline, params.data);
    if (outcome.kind === 'failed') return this.withoutScratch(outcome);
    if (outcome.kind !== 'delivered') return outcome;
    try {
      await this.folder.removeScratch();
      const job = this.transferJob(pipeline, pipeline.steps.length - 1);
      return { kind: 'delivered', delivery: await this.options.transfer.handOver(job, outcome.delivery) };
    } catch (error) {
      if (this.controller.signal.aborted) return { kind: 'cancelled' };
      return { kind: 'failed', ...failureOf(this.explained(error), 'deliver') };
    }
  }

  /** Room that was too small in memory is on the disk: it goes on there at once, instead of waiting for what is not to come. */
  private async withoutScratch(outcome: Extract<Outcome, { kind: 'failed' }>): Promise<Outcome> {
    if (outcome.reason.code !== NO_SPACE_WORK || !(await this.folder.forsakeScratch())) return outcome;
    this.log.info(
      'given back: it needs more room than its scratch folder has, and goes on in the work folder',
    );
    this.stop();
    return { kind: 'cancelled' };
  }

  /** @throws what ends the attempt as the pipeline's own steps would end it */
  private async resolve(pipeline: Pipeline): Promise<readonly ResolvedInput[]> {
    try {
      const inputs = await this.options.transfer.resolve(this.transferJob(pipeline, 0));
      for (const input of inputs)
        this.log.info(`input ${input.name}: ${input.localPath}, ${input.size} bytes`);
      return inputs;
    } catch (error) {
      throw this.explained(error);
    }
  }

  private explained(error: unknown): unknown {
    if (error instanceof GiveBack) {
      this.log.info(`given back: ${error.message}`);
      this.stop();
    }
    if (error instanceof SkipJob || error instanceof StepFailure) return error;
    const { reason, retryable } = failureOf(error, 'transfer');
    if (reason.code === NO_SPACE_WORK) return new StepFailure(reason, retryable);
    return new StepFailure({ code: 'staging_failed', message: reason.message }, true);
  }

  /** @param index of the step that its progress is shown at */
  private transferJob(pipeline: Pipeline, index: number): TransferJob {
    const step = pipeline.steps[index]?.name ?? '';
    return {
      assignment: this.options.assignment,
      folder: this.folder.path,
      signal: this.controller.signal,
      log: this.log,
      progress: (progress) => {
        const none = { percent: null, fps: null, speed: null, etaSeconds: null, projectedBytes: null };
        this.progress = { ...none, ...progress, step, stepIndex: index, stepCount: pipeline.steps.length };
      },
      waiting: (on) => {
        this.awaitsTransfer = on;
      },
    };
  }

  private runSteps(pipeline: Pipeline, params: Record<string, unknown>): Promise<Outcome> {
    const { assignment, pool, control, capabilities } = this.options;
    const shown = () => slotCapabilities(assignment.lane, this.device, capabilities);
    const device = () => this.device?.id ?? null;
    return runPipeline(pipeline, {
      checkpoint: assignment.checkpoint,
      slot: {
        acquire: async (signal, suits) => {
          this.awaitsSlot = true;
          let slot = await pool.acquire(signal, suits);
          while (control.pause.paused) {
            // Its turn came during a rest, in which nothing begins.
            slot.release();
            await pauseEnd(control.pause, signal);
            slot = await pool.acquire(signal, suits);
          }
          this.awaitsSlot = false;
          this.hadSlot = true;
          this.device = slot.device;
          if (slot.device !== null) this.log.info(`works on ${slot.device.id}`);
          return () => {
            this.device = null;
            slot.release();
            // The next job may be fetched while this one is handed over.
            this.options.releasePlace();
          };
        },
      },
      report: {
        step: (report) => {
          this.channel.step(report);
        },
        progress: (progress) => {
          this.progress = progress;
        },
      },
      inputs: () => this.resolve(pipeline),
      context: {
        jobId: assignment.jobId,
        attempt: assignment.attempt,
        token: assignment.leaseToken,
        title: assignment.title,
        params,
        children: new Map(assignment.children.map((child) => [child.key, child.result])),
        workFolder: this.folder.path,
        // Read anew for each step.
        get capabilities() {
          return shown();
        },
        get gpuDevice() {
          return device();
        },
        get threads() {
          return control.settings.threadsPerJob;
        },
        signal: this.controller.signal,
        log: this.log,
        run: (tool, args, toolOptions) => this.tools.run(tool, args, toolOptions),
        produce: (name, write, folder) => this.folder.produce(name, write, folder),
        scratch: (bytes) => this.folder.scratch(bytes, this.log),
      },
    });
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
        await this.folder.remove();
        this.channel.send('skip', { reason: outcome.reason });
        return;
      case 'failed':
        // What earlier steps made is kept for the next attempt, if there is one; see register for the rest.
        if (!outcome.retryable) await this.folder.remove();
        this.channel.send('fail', { error: outcome.reason, retryable: outcome.retryable });
        return;
      case 'cancelled':
        if (this.giveBack) this.channel.send('give-back', {});
        else if (await this.isOver()) await this.folder.remove();
    }
  }

  /** Whether the job has ended with this attempt; a job that was taken from it may go on with what is here. */
  private async isOver(): Promise<boolean> {
    try {
      const answer = await this.options.client.post(
        'work-folders',
        { workJobIds: [this.jobId] },
        workFoldersResponse,
      );
      return answer !== null && !answer.keepJobIds.includes(this.jobId);
    } catch (error) {
      // An absent server is asked when the work folder is tidied; one that will not have this node has no more jobs for it.
      return error instanceof ServerRefusal && error.isOfNode;
    }
  }
}
