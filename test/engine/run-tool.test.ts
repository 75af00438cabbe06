import { getEventListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runTool } from '../../engine/src/tools/run-tool.js';
import { ToolError } from '../../engine/src/tools/tool-error.js';
import { until } from '../support/until.js';

async function failure(run: Promise<unknown>): Promise<ToolError> {
  const error: unknown = await run.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ToolError)) throw error;
  return error;
}

/** A program that says its process id and that of a child of its own, and then does what it is told. */
const family = (rest: string) => ['-c', `sleep 60 & echo "$$ $!"; ${rest}`];

async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !status.includes(') Z ');
}

describe('runTool', () => {
  it('collects what a tool prints', async () => {
    const result = await runTool('sh', ['-c', 'echo out; echo err >&2'], { captureStdout: 100 });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'out\n', stderr: 'err' });
  });

  it('hands arguments on as they are', async () => {
    const awkward = ['$(touch x)', '`id`', 'a b', "it's", '"', '\n', '-v', '🎬', ''];
    const { stdout } = await runTool('printf', ['%s|', ...awkward], { captureStdout: 1000 });
    expect(stdout.split('|').slice(0, -1)).toEqual(awkward);
  });

  it('closes standard input', async () => {
    expect((await runTool('cat', [], { captureStdout: 10, limitMs: 5000 })).stdout).toBe('');
  });

  it.each([
    ['tool_missing', 'no-such-program-here', [], {}],
    ['tool_failed', 'sh', ['-c', 'echo why >&2; exit 3'], {}],
    ['tool_killed', 'sh', ['-c', 'kill -9 $$'], {}],
    ['tool_time_limit', 'sleep', ['60'], { limitMs: 100 }],
    ['tool_stalled', 'sleep', ['60'], { stallMs: 100 }],
    ['tool_bad_output', 'yes', [], { captureStdout: 1000 }],
  ] as const)('tells %s', async (code, tool, args, options) => {
    expect((await failure(runTool(tool, args, options))).code).toBe(code);
  });

  it('says the exit code and the last that the tool said', async () => {
    const error = await failure(runTool('sh', ['-c', 'echo why >&2; exit 3']));
    expect(error.message).toContain('exit code 3: why');
    expect(error.details).toMatchObject({ exitCode: 3, stderr: 'why' });
  });

  it('takes output as a sign of life, unless only the caller can tell', async () => {
    const chatty = ['-c', 'for i in 1 2 3 4 5 6 7 8; do echo same; sleep 0.1; done'];
    await runTool('sh', chatty, { stallMs: 400, onStdoutLine: () => undefined });
    const error = await failure(
      runTool('sh', chatty, { stallMs: 400, onlyTouch: true, onStdoutLine: () => undefined }),
    );
    expect(error.code).toBe('tool_stalled');
  });

  it('ends the whole family on cancel, also one that ignores the first signal', async () => {
    const controller = new AbortController();
    let pids: number[] = [];
    const run = runTool('sh', family('trap "" TERM; while :; do sleep 1; done'), {
      signal: controller.signal,
      onStdoutLine: (line) => {
        pids = line.split(' ').map(Number);
      },
    });
    await until('the process ids', () => pids.length === 2);
    controller.abort();
    expect((await failure(run)).code).toBe('tool_cancelled');
    await until('the end of both', async () => !(await Promise.all(pids.map(isAlive))).includes(true), {
      timeoutMs: 15_000,
    });
  });

  it('is over before it starts when it has been cancelled', async () => {
    expect((await failure(runTool('true', [], { signal: AbortSignal.abort() }))).code).toBe('tool_cancelled');
  });

  it('leaves nothing listening on a signal that outlives it', async () => {
    const controller = new AbortController();
    for (let run = 0; run < 20; run += 1) await runTool('true', [], { signal: controller.signal });
    await sleep(10);
    // Node warns on standard error beyond ten listeners; asking directly is the sharper test.
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});
