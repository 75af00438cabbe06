import type { Checkpoint, ChildSpec, DeliverRequest, JobProgress, Reason, StepReport } from '#contracts';
import { ToolError } from '../tools/tool-error.js';
import { failureOf } from './failure.js';
import {
  SkipJob,
  type Fields,
  type JobContext,
  type Pipeline,
  type ResolvedInput,
  type Step,
  type StepProgress,
} from './step.js';

/** Where a runner waits for its turn on the machine. */
export interface SlotGate {
  /**
   * @param suits whether a card with these encoders is of use to the step that waits
   * @returns a function that gives the slot back; rejects when the signal aborts
   */
  acquire(signal: AbortSignal, suits: (encoders: readonly string[]) => boolean): Promise<() => void>;
}

export interface Reporter {
  step(report: StepReport): void;
  progress(progress: JobProgress): void;
}

export type Outcome =
  | { kind: 'delivered'; delivery: DeliverRequest }
  | { kind: 'yielded'; children: ChildSpec[] }
  | { kind: 'skipped'; reason: Reason }
  | { kind: 'failed'; reason: Reason; retryable: boolean }
  | { kind: 'cancelled' };

export interface RunOptions {
  checkpoint: Checkpoint;
  slot: SlotGate;
  report: Reporter;
  /**
   * Brings the inputs to where this node can read them; asked for once, and only when a step is left that reads them.
   * What it throws is taken as if the first of the steps that are left had thrown it.
   */
  inputs: (signal: AbortSignal) => Promise<readonly ResolvedInput[]>;
  /** everything of a context but what the runner keeps itself; read anew for each step, since a slot may bring a card */
  context: Omit<JobContext, 'inputs' | 'fields' | 'progress'>;
}

const NO_PROGRESS: StepProgress = {
  percent: null,
  fps: null,
  speed: null,
  etaSeconds: null,
  projectedBytes: null,
};

/** How many leading steps need not run again, and the fields that they added. */
async function resume(
  pipeline: Pipeline,
  checkpoint: Checkpoint,
  contextWith: (fields: Fields) => JobContext,
): Promise<{ next: number; fields: Fields }> {
  const known: { step: Step; added: Fields; before: Fields }[] = [];
  let fields: Fields = {};
  for (const step of pipeline.steps) {
    const entry = checkpoint[known.length];
    if (entry?.step !== step.name) break;
    const parsed = step.adds.safeParse(entry.fields);
    if (!parsed.success) break;
    known.push({ step, added: parsed.data, before: fields });
    fields = { ...fields, ...parsed.data };
  }
  const isValid = async (index: number): Promise<boolean> => {
    const entry = known[index];
    return (
      entry !== undefined && ((await entry.step.stillValid?.(entry.added, contextWith(entry.before))) ?? true)
    );
  };
  // What a step left that a later one has superseded may be gone.
  let next = known.findLastIndex(({ step }) => step.supersedes === true);
  if (next < 0 || !(await isValid(next))) next = 0;
  while (await isValid(next)) next += 1;
  return { next, fields: known[next]?.before ?? fields };
}

function classify(error: unknown, step: Step, signal: AbortSignal): Outcome {
  if (signal.aborted) return { kind: 'cancelled' };
  if (error instanceof SkipJob) return { kind: 'skipped', reason: error.reason };
  if (error instanceof ToolError && error.code === 'tool_cancelled') return { kind: 'cancelled' };
  return { kind: 'failed', ...failureOf(error, step.name) };
}

/**
 * Runs a pipeline's steps from the checkpoint on. A slot is held from the first step that needs one to the last
 * of that row, and no longer, so that staging and handing over never keep the next job waiting.
 * Never throws: every way that it can end is an Outcome.
 */
export async function runPipeline(pipeline: Pipeline, options: RunOptions): Promise<Outcome> {
  const { context, report, slot } = options;
  let current = 0;
  let inputs: readonly ResolvedInput[] = [];
  const contextWith = (fields: Fields): JobContext => ({
    ...context,
    inputs,
    fields,
    progress: (progress) => {
      const step = pipeline.steps[current];
      if (step === undefined) return;
      report.progress({
        ...NO_PROGRESS,
        ...progress,
        step: step.name,
        stepIndex: current,
        stepCount: pipeline.steps.length,
      });
    },
  });

  const resumed = await resume(pipeline, options.checkpoint, contextWith);
  let { fields } = resumed;
  if (resumed.next > 0) {
    context.log.info(
      `goes on after ${pipeline.steps[resumed.next - 1]?.name ?? ''}, done by an earlier attempt`,
    );
  }

  const [first] = pipeline.steps.slice(resumed.next);
  try {
    if (pipeline.steps.slice(resumed.next).some(({ readsInputs }) => readsInputs !== false))
      inputs = await options.inputs(context.signal);
  } catch (error) {
    if (first === undefined) throw error;
    const outcome = classify(error, first, context.signal);
    if (outcome.kind === 'failed' || outcome.kind === 'skipped')
      context.log.info(`the inputs are not there: ${outcome.reason.code}: ${outcome.reason.message}`);
    return outcome;
  }

  let release: (() => void) | null = null;
  try {
    for (current = resumed.next; current < pipeline.steps.length; current += 1) {
      const step = pipeline.steps[current];
      if (step === undefined) break;
      try {
        if (step.slot) {
          const waiting = contextWith(fields);
          const suits = (encoders: readonly string[]) => step.usesGpu?.(waiting, encoders) ?? true;
          release ??= await slot.acquire(context.signal, suits);
        } else if (release !== null) {
          release();
          release = null;
        }
        if (context.signal.aborted) return { kind: 'cancelled' };
        const started = performance.now();
        context.log.info(`step ${current + 1}/${pipeline.steps.length} ${step.name}`);
        report.step({ index: current, name: step.name, state: 'running', at: Date.now() });
        contextWith(fields).progress({});
        const result = await step.run(contextWith(fields));
        const added = step.adds.parse(result.fields);
        fields = { ...fields, ...added };
        report.step({ index: current, name: step.name, state: 'completed', fields: added, at: Date.now() });
        context.log.info(`step ${step.name} took ${((performance.now() - started) / 1000).toFixed(2)} s`);
        if (result.kind === 'fan-out') return { kind: 'yielded', children: result.children };
      } catch (error) {
        const outcome = classify(error, step, context.signal);
        if (outcome.kind === 'failed') {
          context.log.info(`step ${step.name} failed: ${outcome.reason.code}: ${outcome.reason.message}`);
          report.step({ index: current, name: step.name, state: 'failed', at: Date.now() });
        } else if (outcome.kind === 'skipped') {
          context.log.info(`left alone: ${outcome.reason.message}`);
        }
        return outcome;
      }
    }
    return { kind: 'delivered', delivery: pipeline.delivery(fields) };
  } finally {
    release?.();
  }
}
