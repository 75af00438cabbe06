import type { Capabilities, ChildSpec, DeliverRequest, JobInput, JobProgress, Reason } from '#contracts';
import type { z } from 'zod';
import type { ToolOptions, ToolResult } from '../tools/run-tool.js';

/** The fields that a job's steps have added so far: plain JSON, because a checkpoint carries them. */
export type Fields = Record<string, unknown>;

export interface ResolvedInput extends JobInput {
  /** where this node finds it */
  localPath: string;
  /** it is the node's own copy, whole and of the claimed file; its times are not the source's */
  copy?: boolean;
}

/** What a running step tells of itself; the runner adds which step it is. */
export type StepProgress = Omit<JobProgress, 'step' | 'stepIndex' | 'stepCount'>;

/** Lines for the job's own log. */
export interface JobLog {
  info(message: string): void;
  /** a command exactly as it is run, ready to be pasted into a shell; of several, each reads what the one before writes */
  command(...programs: readonly (readonly string[])[]): void;
  /** what a tool said, as it said it */
  tool(name: string, line: string): void;
}

/** All that a step may use. Knows nothing of video, of the server or of Bull. */
export interface JobContext {
  readonly jobId: number;
  readonly attempt: number;
  /** part of every name that this attempt writes: an orphan of an earlier one cannot write into its files */
  readonly token: string;
  readonly title: string;
  readonly params: Fields;
  readonly inputs: readonly ResolvedInput[];
  /** results of completed children, by key */
  readonly children: ReadonlyMap<string, Fields>;
  /** everything that earlier steps added */
  readonly fields: Readonly<Fields>;
  /** the job's own folder; it outlives the attempt, so that a resumed one finds what is done */
  readonly workFolder: string;
  /** what the job may use of them: without a slot on a card there is no hardware, and with one that card's alone */
  readonly capabilities: Capabilities;
  /** logical processors that one tool may use; 0: as many as it likes */
  readonly threads: number;
  /** id of the card whose slot the job holds, such as `nvidia:0`; null: it holds none */
  readonly gpuDevice: string | null;
  readonly signal: AbortSignal;
  readonly log: JobLog;
  progress(progress: Partial<StepProgress>): void;
  /** Runs a tool with the job's signal and politeness, its command line and stderr logged. */
  run(tool: string, args: readonly string[], options?: ToolOptions): Promise<ToolResult>;
  /**
   * Makes a file in the work folder: `write` gets a path for the unfinished one, which takes its final name, with
   * the token in it, only when `write` is done. What fails or is cancelled leaves nothing behind.
   * @param folder what `scratch` has answered, for what no later attempt elsewhere and no server has to read; null or none: the work folder
   * @returns the finished file's path
   */
  produce(
    name: string,
    write: (partialPath: string) => Promise<void>,
    folder?: string | null,
  ): Promise<string>;
  /**
   * Asks for room in quick storage, such as memory, for files on the way to the output. What lies there outlives the attempt as the work
   * folder does, but no power cut: `stillValid` has to look. It is freed at the job's end. Asking again changes the promise.
   * @param bytes of all the job's files there at their peak, those of earlier steps included
   * @returns the job's own folder there; null: the node has none, or not so much room, and the work folder is the place
   */
  scratch(bytes: number): Promise<string | null>;
}

export type StepResult<Added extends Fields> =
  | { kind: 'done'; fields: Added }
  /** ends this lease; the job goes on with the next step when all children have completed */
  | { kind: 'fan-out'; fields: Added; children: ChildSpec[] };

/** One named step of a pipeline. */
export interface Step<Added extends Fields = Fields> {
  name: string;
  /** true: it works the machine hard, and waits for one of the node's slots */
  slot: boolean;
  /** of a step that waits for a slot on a card: whether one with these encoders is of use to it; default: any is */
  usesGpu?(context: JobContext, encoders: readonly string[]): boolean;
  /** what it adds; a checkpoint that does not fit it any more makes the step run again */
  adds: z.ZodType<Added>;
  run(context: JobContext): Promise<StepResult<Added>>;
  /** false: it does not read the job's inputs, which need not be there when only such steps are left */
  readsInputs?: boolean;
  /** true: of what it and earlier steps left in the work folder, later ones need its own alone */
  supersedes?: boolean;
  /** whether what an earlier attempt left is still there; default: yes */
  stillValid?(added: Added, context: JobContext): Promise<boolean>;
}

/** A named list of steps. Erased to plain fields so that different pipelines fit into one registry. */
export interface Pipeline {
  name: string;
  ending: 'replace' | 'publish' | 'none';
  /** what `params` must look like */
  params: z.ZodType<Fields>;
  steps: readonly Step[];
  /** what the last step's fields say is to be handed over */
  delivery(fields: Readonly<Fields>): DeliverRequest;
}

/** Types a step by what it adds, and hands it to the registry as a plain one. */
export function defineStep<Added extends Fields>(step: Step<Added>): Step {
  return step;
}

export function done<Added extends Fields>(fields: Added): StepResult<Added> {
  return { kind: 'done', fields };
}

/** Ends a job without fault: what was found means that the file is better left alone. */
export class SkipJob extends Error {
  constructor(readonly reason: Reason) {
    super(reason.message);
    this.name = 'SkipJob';
  }
}

/** Ends an attempt: something went wrong. */
export class StepFailure extends Error {
  constructor(
    readonly reason: Reason,
    /** false: trying again cannot help */
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(reason.message, options);
    this.name = 'StepFailure';
  }
}
