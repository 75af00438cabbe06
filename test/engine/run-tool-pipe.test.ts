import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  runTool,
  type ToolInput,
  type ToolOptions,
  type ToolResult,
} from '../../engine/src/tools/run-tool.js';
import { ToolError } from '../../engine/src/tools/tool-error.js';
import { PauseSwitch } from '../../engine/src/tools/tool-pause.js';
import { until } from '../support/until.js';

/** The reader is below another name than the writer, so that messages tell which is meant. */
const READER = 'env';
const WRITER = 'sh';

type Options = ToolOptions & { writer?: Partial<ToolInput> };

/** Two shell scripts, the second reading what the first writes. */
function runPair(write: string, read: string, { writer, ...options }: Options = {}): Promise<ToolResult> {
  return runTool(READER, ['sh', '-c', read], {
    limitMs: 20_000,
    ...options,
    input: { tool: WRITER, args: ['-c', write], ...writer },
  });
}

async function failure(run: Promise<unknown>): Promise<ToolError> {
  const error: unknown = await run.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ToolError)) throw error;
  return error;
}

/** Fields of proc_pid_stat(5) from the state on; none: it is gone. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
const stateOf = (pid: number) => statOf(pid)[0];
const areGone = (pids: readonly number[]) => pids.every((pid) => [undefined, 'Z'].includes(stateOf(pid)));

/** Says its process id and a child's on standard error, then goes on. */
const family = (rest: string) => `sleep 60 & echo "$$ $!" >&2; ${rest}`;

/** Two that never end, each with a child, and all their process ids. */
function startFamilies(rest: string, options: ToolOptions) {
  const pids: number[] = [];
  const note = (line: string) => {
    if (/^\d+ \d+$/.test(line)) pids.push(...line.split(' ').map(Number));
  };
  const run = failure(
    runPair(family(rest), family(rest), { ...options, onStderrLine: note, writer: { onStderrLine: note } }),
  );
  return { pids, run, isUp: () => until('all four', () => pids.length === 4) };
}

const FOR_EVER = 'while :; do sleep 0.1; done';

describe('two tools as one', () => {
  it('pass every byte on, in order, however many there are', async () => {
    const size = 48 * 1024 * 1024;
    const spawned: number[] = [];
    const { stdout } = await runPair(`yes 'Boilarr 0123456789' | head -c ${size}`, 'sha256sum', {
      captureStdout: 200,
      onSpawn: (pid) => spawned.push(pid),
    });
    const line = 'Boilarr 0123456789\n';
    const expected = createHash('sha256').update(line.repeat(Math.ceil(size / line.length)).slice(0, size));
    expect(stdout.split(' ')[0]).toBe(expected.digest('hex'));
    expect(new Set(spawned).size).toBe(2);
  });

  it.runIf(process.platform === 'linux')('read from a channel that waits, as programs expect', async () => {
    const { stdout } = await runPair('sleep 0.2; echo late', 'grep flags /proc/self/fdinfo/0; cat', {
      captureStdout: 200,
    });
    const flags = Number.parseInt(/flags:\s+(\d+)/.exec(stdout)?.[1] ?? '', 8);
    expect(flags & 0o4000).toBe(0);
    expect(stdout).toContain('late');
  });

  it.each([
    // what is written, what reads it, code, who is named, what the message says
    ['the writer fails', 'echo part; echo why >&2; exit 3', 'cat', 'tool_failed', WRITER, 'exit code 3: why'],
    ['the writer is killed', 'echo part; kill -9 $$', 'cat', 'tool_killed', WRITER, 'SIGKILL'],
    ['the writer fails and the reader would never end', 'exit 3', FOR_EVER, 'tool_failed', WRITER, 'code 3'],
    [
      'the reader fails',
      'exec yes',
      'head -c 9; echo why >&2; exit 4',
      'tool_failed',
      READER,
      'exit code 4: why',
    ],
    ['the reader is killed', 'exec yes', 'head -c 9; kill -9 $$', 'tool_killed', READER, 'SIGKILL'],
    ['the reader fails and the writer is silent', FOR_EVER, 'exit 4', 'tool_failed', READER, 'exit code 4'],
    ['both fail, the reader first', FOR_EVER, 'kill -9 $$', 'tool_killed', READER, 'SIGKILL'],
    ['the reader has enough', 'exec yes', 'head -c 9', 'tool_failed', WRITER, 'before it had read all'],
    [
      'the reader has enough, and the writer says so',
      'echo "pipe:: Broken pipe" >&2; exit 1',
      'exit 0',
      'tool_failed',
      WRITER,
      'before it had read all',
    ],
  ])('fail when %s', async (_name, write, read, code, tool, says) => {
    const started = performance.now();
    const error = await failure(runPair(write, read));
    expect(error).toMatchObject({ code, details: { tool } });
    expect(error.message).toContain(says);
    // Nobody waits for a limit or a respite.
    expect(performance.now() - started).toBeLessThan(8000);
  });

  it.each([
    ['goes on after the reader', FOR_EVER, 'exit 0', /went on after env had ended/],
    // By a signal, or by an error of its own where the reader left behind what it had not read.
    [
      'writes to one that does not listen',
      'exec yes',
      `exec <&-; ${FOR_EVER}`,
      /SIGPIPE|yes: standard output/,
    ],
  ])('fail when the writer %s', async (_name, write, read, says) => {
    const error = await failure(runPair(write, read, { writer: { respiteMs: 200 } }));
    expect(error.details.tool).toBe(WRITER);
    expect(error.message).toMatch(says);
  });

  it('wait for a writer that takes its time to end, and for a reader that has much to do', async () => {
    const run = runPair('echo all; exec >&-; sleep 0.4', 'cat; sleep 0.4', {
      captureStdout: 10,
      writer: { respiteMs: 5000 },
    });
    expect((await run).stdout).toBe('all\n');
  });

  it.each([
    ['no-such-writer', { tool: 'no-such-writer', args: [] }, 'cat'],
    ['no-such-reader', { tool: 'cat', args: [] }, 'no-such-reader'],
  ])('do not begin without %s', async (missing, input, reader) => {
    let spawned = 0;
    const onSpawn = () => {
      spawned += 1;
    };
    const error = await failure(runTool(reader, [], { input, onSpawn }));
    expect(error).toMatchObject({ code: 'tool_missing', details: { tool: missing } });
    expect(spawned).toBe(0);
  });

  it('say so when one of them cannot be started', async () => {
    const tooLong = 'x'.repeat(3_000_000);
    for (const [write, read] of [
      [tooLong, 'cat'],
      ['exec yes', tooLong],
    ] as const) {
      const error = await failure(runPair(write, read));
      expect(error.code).toBe('tool_failed');
      expect(error.message).toContain('cannot be started');
    }
  });

  it('are ended together when they are cancelled, with all that they have started', async () => {
    const controller = new AbortController();
    const { pids, run, isUp } = startFamilies(FOR_EVER, { signal: controller.signal });
    await isUp();
    controller.abort();
    const error = await run;
    expect(error.code).toBe('tool_cancelled');
    expect(error.message).toBe('sh | env was cancelled');
    await until('the end of all', () => areGone(pids), { timeoutMs: 15_000 });
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('are ended together when they do not hear the first signal', async () => {
    const controller = new AbortController();
    const { pids, run, isUp } = startFamilies(`trap "" TERM; ${FOR_EVER}`, { signal: controller.signal });
    await isUp();
    controller.abort();
    expect((await run).code).toBe('tool_cancelled');
    await until('the end of all', () => areGone(pids), { timeoutMs: 15_000 });
  });

  it('share one limit', async () => {
    const { pids, run } = startFamilies(FOR_EVER, { limitMs: 700 });
    expect((await run).code).toBe('tool_time_limit');
    expect(pids).toHaveLength(4);
    await until('the end of all', () => areGone(pids), { timeoutMs: 15_000 });
  });

  it('count as hung when the reader says nothing, whatever the writer complains of', async () => {
    const error = await failure(
      runPair('while :; do echo complaint >&2; sleep 0.05; done', FOR_EVER, { stallMs: 500 }),
    );
    expect(error.code).toBe('tool_stalled');
    expect(error.message).toContain('sh | env made no progress');
  });

  it('live on what the writer reports, where it is told to count', async () => {
    const seen: string[] = [];
    const result = await runPair('for i in 1 2 3 4 5 6; do echo $i >&2; sleep 0.2; done', 'cat', {
      stallMs: 800,
      writer: {
        onStderrLine: (line, touch) => {
          seen.push(line);
          touch();
        },
      },
    });
    expect(result.exitCode).toBe(0);
    expect(seen).toHaveLength(6);
  });

  it('keep progress out of what they say at last', async () => {
    const isProgress = (line: string) => line.startsWith('frame=');
    const script = 'i=0; while [ $i -lt 3000 ]; do echo frame=$i; i=$((i+1)); done >&2; echo';
    const lines: string[] = [];
    const error = await failure(
      runPair(`${script} why >&2; ${script} >&2; exit 3`, 'cat', {
        writer: { isProgress, onStderrLine: (line) => lines.push(line) },
      }),
    );
    expect(error.details.stderr).toBe('why');
    expect(lines.filter(isProgress)).toHaveLength(6000);
    const reader = await failure(runPair('true', `${script} why >&2; ${script} >&2; exit 4`, { isProgress }));
    expect(reader.details.stderr).toBe('why');
  });

  it.runIf(process.platform === 'linux')('stand still together, in groups of their own', async () => {
    const pause = new PauseSwitch();
    const controller = new AbortController();
    const leaders: number[] = [];
    const { pids, run, isUp } = startFamilies(FOR_EVER, {
      ...{ pause, signal: controller.signal, stallMs: 60_000 },
      onSpawn: (pid) => leaders.push(pid),
    });
    await isUp();
    expect(pids.map((pid) => Number(statOf(pid)[2])).every((group) => leaders.includes(group))).toBe(true);
    const states = () => pids.map(stateOf).join('');
    pause.set(true);
    await until('all to stand still', () => states() === 'TTTT', { seen: states });
    pause.set(false);
    await until('all to go on', () => !states().includes('T'), { seen: states });
    pause.set(true);
    await until('all to stand still again', () => states() === 'TTTT', { seen: states });
    const started = performance.now();
    controller.abort();
    expect((await run).code).toBe('tool_cancelled');
    // They hear SIGTERM: nobody had to wait for SIGKILL.
    expect(performance.now() - started).toBeLessThan(2500);
    await until('the end of all', () => areGone(pids), { timeoutMs: 15_000 });
  });

  it.runIf(process.platform === 'linux')('are given no less time for a pause', async () => {
    const pause = new PauseSwitch();
    let isRead = false;
    const run = runPair('echo all; exec >&-; sleep 0.5', 'cat', {
      ...{ pause, captureStdout: 10 },
      writer: { respiteMs: 1500 },
      onStdoutLine: () => {
        isRead = true;
      },
    });
    await until('the reader', () => isRead);
    pause.set(true);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    pause.set(false);
    expect((await run).stdout).toBe('all\n');
  });
});
