import type { JobProgress, StepReport } from '#contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runPipeline, type Outcome } from './runner.js';
import {
  defineStep,
  done,
  SkipJob,
  StepFailure,
  type Pipeline,
  type ResolvedInput,
  type Step,
} from './step.js';

function step(
  name: string,
  slot: boolean,
  run: Step['run'] = () => Promise.resolve(done({ [name]: true })),
): Step {
  return defineStep({ name, slot, adds: z.record(z.string(), z.unknown()), run });
}

function pipeline(steps: Step[]): Pipeline {
  return {
    name: 'test',
    ending: 'none',
    params: z.record(z.string(), z.unknown()),
    steps,
    delivery: (fields) => ({ outputs: [], result: { ...fields } }),
  };
}

async function run(
  steps: Step[],
  checkpoint: { step: string; fields: Record<string, unknown> }[] = [],
  signal = new AbortController().signal,
  inputs: () => Promise<ResolvedInput[]> = () => Promise.resolve([]),
) {
  const asked: string[] = [];
  const events: string[] = [];
  const reports: StepReport[] = [];
  const progress: JobProgress[] = [];
  const outcome: Outcome = await runPipeline(pipeline(steps), {
    checkpoint,
    slot: {
      acquire: () => {
        events.push('+slot');
        return Promise.resolve(() => events.push('-slot'));
      },
    },
    report: {
      step: (report) => {
        reports.push(report);
        events.push(`${report.name} ${report.state}`);
      },
      progress: (entry) => progress.push(entry),
    },
    inputs: () => {
      asked.push(events.at(-1) ?? 'before');
      return inputs();
    },
    context: {
      jobId: 1,
      attempt: 1,
      token: 't',
      title: 'x',
      params: {},
      children: new Map(),
      workFolder: '/nowhere',
      capabilities: {} as never,
      gpuDevice: null,
      threads: 0,
      signal,
      log: { info: () => undefined, command: () => undefined, tool: () => undefined },
      run: () => Promise.reject(new Error('no tools here')),
      produce: (name) => Promise.resolve(name),
      scratch: () => Promise.resolve(null),
    },
  });
  return { outcome, events, reports, progress, asked };
}

describe('runPipeline', () => {
  it('runs the steps in order and hands on what they added', async () => {
    const { outcome } = await run([
      step('a', false),
      step('b', false, (context) => Promise.resolve(done({ sawA: context.fields['a'] }))),
    ]);
    expect(outcome).toEqual({
      kind: 'delivered',
      delivery: { outputs: [], result: { a: true, sawA: true } },
    });
  });

  it('holds a slot exactly from the first to the last step that needs one', async () => {
    const { events } = await run([step('a', false), step('b', true), step('c', true), step('d', false)]);
    expect(events).toEqual([
      'a running',
      'a completed',
      '+slot',
      'b running',
      'b completed',
      'c running',
      'c completed',
      '-slot',
      'd running',
      'd completed',
    ]);
  });

  it('gives the slot back when a step fails', async () => {
    const { events, outcome } = await run([
      step('a', true, () => Promise.reject(new StepFailure({ code: 'bad', message: 'bad' }, false))),
    ]);
    expect(outcome).toEqual({ kind: 'failed', reason: { code: 'bad', message: 'bad' }, retryable: false });
    expect(events.at(-1)).toBe('-slot');
  });

  it('resumes after the steps of the checkpoint', async () => {
    const { events, outcome } = await run(
      [step('a', false), step('b', false)],
      [{ step: 'a', fields: { a: 'old' } }],
    );
    expect(events).toEqual(['b running', 'b completed']);
    expect(outcome).toMatchObject({ delivery: { result: { a: 'old', b: true } } });
  });

  it('runs a step again when what it left is gone, or its checkpoint no longer fits', async () => {
    const gone: Step = { ...step('a', false), stillValid: () => Promise.resolve(false) };
    expect((await run([gone, step('b', false)], [{ step: 'a', fields: {} }])).events[0]).toBe('a running');
    const strict = defineStep({
      name: 'a',
      slot: false,
      adds: z.object({ n: z.number() }),
      run: () => Promise.resolve(done({ n: 1 })),
    });
    expect((await run([strict], [{ step: 'a', fields: { n: 'x' } }])).events[0]).toBe('a running');
    expect((await run([step('a', false)], [{ step: 'other', fields: {} }])).events[0]).toBe('a running');
  });

  it('needs nothing of what a later step has superseded', async () => {
    const gone = () => Promise.resolve(false);
    const steps: Step[] = [
      { ...step('a', false), stillValid: gone },
      { ...step('b', true), supersedes: true },
      step('c', true),
    ];
    const checkpoint = [
      { step: 'a', fields: { a: 'old' } },
      { step: 'b', fields: { b: 'old' } },
    ];
    const { events, outcome } = await run(steps, checkpoint);
    expect(events).toEqual(['+slot', 'c running', 'c completed', '-slot']);
    expect(outcome).toMatchObject({ delivery: { result: { a: 'old', b: 'old', c: true } } });
    // With its own result gone as well there is nothing to go on from.
    const anew = steps.map((one) => (one.name === 'b' ? { ...one, stillValid: gone } : one));
    expect((await run(anew, checkpoint)).events[0]).toBe('a running');
    // A step that comes after it is looked at as ever.
    const last = steps.map((one) => (one.name === 'c' ? { ...one, stillValid: gone } : one));
    expect((await run(last, [...checkpoint, { step: 'c', fields: {} }])).events).toContain('c running');
  });

  it('asks for the inputs once, before the first step, and not when no step is left that reads them', async () => {
    const steps = [step('a', false), { ...step('b', false), readsInputs: false }];
    expect((await run(steps)).asked).toEqual(['before']);
    const [a, b] = [
      { step: 'a', fields: {} },
      { step: 'b', fields: {} },
    ];
    expect((await run(steps, [a])).asked).toEqual([]);
    expect((await run(steps, [a, b])).asked).toEqual([]);
    expect((await run([step('a', false), step('b', false)], [a])).asked).toEqual(['before']);
  });

  it.each<[string, Error, Outcome]>([
    [
      'have changed',
      new SkipJob({ code: 'source_changed', message: 'm' }),
      { kind: 'skipped', reason: { code: 'source_changed', message: 'm' } },
    ],
    [
      'cannot be read',
      new StepFailure({ code: 'library_missing', message: 'm' }, true),
      { kind: 'failed', reason: { code: 'library_missing', message: 'm' }, retryable: true },
    ],
  ])('begins nothing when the inputs %s', async (_name, error, expected) => {
    const failing = () => Promise.reject(error);
    const { outcome, events } = await run([step('a', true)], [], undefined, failing);
    expect(outcome).toEqual(expected);
    expect(events).toEqual([]);
  });

  it('yields for children and goes on after them', async () => {
    const child = { key: 'k', pipeline: 'p', title: 't', params: {}, inputs: [] };
    const fan = step('fan', false, () =>
      Promise.resolve({ kind: 'fan-out', fields: { n: 1 }, children: [child] }),
    );
    const first = await run([fan, step('join', false)]);
    expect(first.outcome).toEqual({ kind: 'yielded', children: [child] });
    const second = await run([fan, step('join', false)], [{ step: 'fan', fields: { n: 1 } }]);
    expect(second.events).toEqual(['join running', 'join completed']);
  });

  it.each<[string, unknown, Outcome]>([
    [
      'a skip',
      new SkipJob({ code: 's', message: 'm' }),
      { kind: 'skipped', reason: { code: 's', message: 'm' } },
    ],
    [
      'an error of the system',
      Object.assign(new Error('bad disk'), { code: 'EIO' }),
      { kind: 'failed', reason: { code: 'eio', message: 'a: bad disk' }, retryable: true },
    ],
  ])('ends with an outcome for %s', async (_name, error, expected) => {
    const { outcome } = await run([
      step('a', false, () => Promise.reject(error instanceof Error ? error : new Error('not an error'))),
    ]);
    expect(outcome).toEqual(expected);
  });

  it('is cancelled, not failed, when its signal aborts', async () => {
    const controller = new AbortController();
    const { outcome } = await run(
      [
        step('a', false, () => {
          controller.abort();
          return Promise.reject(new Error('the tool was ended'));
        }),
      ],
      [],
      controller.signal,
    );
    expect(outcome).toEqual({ kind: 'cancelled' });
  });

  it('says which step moves on', async () => {
    const { progress } = await run([
      step('a', false),
      step('b', false, (context) => {
        context.progress({ percent: 50 });
        return Promise.resolve(done({}));
      }),
    ]);
    expect(progress.at(-1)).toMatchObject({ step: 'b', stepIndex: 1, stepCount: 2, percent: 50, fps: null });
  });
});
