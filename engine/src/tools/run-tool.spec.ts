import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runTool, type ToolOptions } from './run-tool.js';
import { ToolError } from './tool-error.js';
import { PauseSwitch, pauseEnd, WorkClock } from './tool-pause.js';

/** A busy tool with a busy child: their process ids on its first line, then a number whenever a round is done. */
const BUSY = `(while :; do :; done) & echo "$$ $!"; n=0; while :; do n=$((n+1)); [ $((n % 20000)) = 0 ] && echo $n; done`;

interface Family {
  pids: number[];
  rounds: number;
  run: Promise<unknown>;
}

function startBusy(options: ToolOptions): Family {
  const family: Family = { pids: [], rounds: 0, run: Promise.resolve() };
  family.run = runTool('sh', ['-c', BUSY], {
    ...options,
    onStdoutLine: (line) => {
      if (family.pids.length === 0) family.pids = line.split(' ').map(Number);
      else family.rounds += 1;
    },
  }).catch((error: unknown) => error);
  return family;
}

/** State letter and clock ticks of CPU time, from proc_pid_stat(5); null: it is gone. */
function seen(pid: number): { state: string; ticks: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null;
  }
}
const states = (family: Family) => family.pids.map((pid) => seen(pid)?.state).join('');
const ticks = (family: Family) => family.pids.reduce((sum, pid) => sum + (seen(pid)?.ticks ?? 0), 0);
const isGone = (family: Family) => family.pids.every((pid) => [undefined, 'Z'].includes(seen(pid)?.state));

async function until(what: string, ask: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!ask()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(10);
  }
}

async function codeOf(run: Promise<unknown>): Promise<string> {
  const error = await run;
  if (!(error instanceof ToolError)) throw new Error(`it did not fail: ${JSON.stringify(error)}`);
  return error.code;
}

describe.runIf(process.platform === 'linux')('a pause', () => {
  it('stops all that the tool has started, and the watchdog as well', async () => {
    const pause = new PauseSwitch();
    const controller = new AbortController();
    const family = startBusy({ pause, signal: controller.signal, stallMs: 1500 });
    await until('the first round', () => family.rounds > 0);
    pause.set(true);
    await until('both to stand still', () => states(family) === 'TT');
    const before = ticks(family);
    await sleep(1800);
    expect(ticks(family)).toBe(before);
    const { rounds } = family;
    pause.set(false);
    await until('the next rounds', () => family.rounds > rounds + 1);
    controller.abort();
    expect(await codeOf(family.run)).toBe('tool_cancelled');
    await until('the end of both', () => isGone(family));
  });

  it.each(['tool_stalled', 'tool_time_limit'])('lets %s come after it', async (code) => {
    const pause = new PauseSwitch();
    let pid = 0;
    const run = runTool('sleep', ['60'], {
      pause,
      ...(code === 'tool_stalled' ? { stallMs: 300 } : { limitMs: 300 }),
      onSpawn: (spawned) => {
        pid = spawned;
      },
    }).catch((error: unknown) => error);
    await until('the tool', () => pid > 0);
    pause.set(true);
    await sleep(500);
    expect(seen(pid)?.state).toBe('T');
    pause.set(false);
    expect(await codeOf(run)).toBe(code);
  });

  it('does not keep a cancelled tool', async () => {
    const pause = new PauseSwitch();
    const controller = new AbortController();
    const family = startBusy({ pause, signal: controller.signal });
    await until('the first round', () => family.rounds > 0);
    pause.set(true);
    await until('both to stand still', () => states(family) === 'TT');
    const started = performance.now();
    controller.abort();
    expect(await codeOf(family.run)).toBe('tool_cancelled');
    await until('the end of both', () => isGone(family));
    // It hears SIGTERM: nobody had to wait for SIGKILL.
    expect(performance.now() - started).toBeLessThan(2500);
  });

  it('cannot stop what is being ended', async () => {
    const pause = new PauseSwitch();
    const controller = new AbortController();
    let endedAt = 0;
    const run = runTool(
      'sh',
      ['-c', "trap 'sleep 0.2; exit 0' TERM; echo up; while :; do sleep 0.05; done"],
      {
        ...{ pause, signal: controller.signal },
        onStdoutLine: () => {
          controller.abort();
          pause.set(true);
          endedAt = performance.now();
        },
      },
    ).catch((error: unknown) => error);
    expect(await codeOf(run)).toBe('tool_cancelled');
    // It tidied up by itself: SIGKILL would have come later.
    expect(performance.now() - endedAt).toBeLessThan(2500);
  });

  it('keeps a tool from beginning', async () => {
    const pause = new PauseSwitch();
    pause.set(true);
    let began = false;
    const run = runTool('true', [], {
      pause,
      onSpawn: () => {
        began = true;
      },
    });
    await sleep(100);
    expect(began).toBe(false);
    pause.set(false);
    expect((await run).exitCode).toBe(0);
  });

  it('lets go of a tool that is cancelled before it has begun', async () => {
    const pause = new PauseSwitch();
    pause.set(true);
    const run = runTool('true', [], { pause, signal: AbortSignal.timeout(50) }).catch(
      (error: unknown) => error,
    );
    expect(await codeOf(run)).toBe('tool_cancelled');
  });

  it('leaves no listener behind', async () => {
    let listeners = 0;
    const pause = new PauseSwitch();
    const counted = {
      get paused() {
        return pause.paused;
      },
      onChange: (listener: (paused: boolean) => void) => {
        listeners += 1;
        const stop = pause.onChange(listener);
        return () => {
          listeners -= 1;
          stop();
        };
      },
    };
    await runTool('true', [], { pause: counted });
    pause.set(true);
    const aborted = AbortSignal.timeout(20);
    await pauseEnd(counted, aborted);
    expect(listeners).toBe(0);
  });
});

describe.runIf(process.platform === 'linux')('politeness', () => {
  it.each([
    ['low', 5, 'best-effort: prio 7', 5],
    ['idle', 0, 'idle', 0],
  ] as const)('takes %s and nice %i to the tool itself', async (io, nice, says, wanted) => {
    const script = 'ionice -p $$; nice';
    const { stdout } = await runTool('sh', ['-c', script], { io, nice, captureStdout: 200 });
    const [disk, niceness] = stdout.trim().split('\n');
    expect(disk).toBe(says);
    expect(Number(niceness)).toBe(wanted + Number((await runTool('nice', [], { captureStdout: 9 })).stdout));
  });
});

describe.runIf(process.platform === 'linux')('real time', () => {
  it('is nothing that a tool can take, not even as root', async () => {
    const script = 'chrt -f 50 true && echo taken || echo refused';
    expect((await runTool('sh', ['-c', script], { captureStdout: 100 })).stdout).toBe('refused\n');
  });
});

describe('WorkClock', () => {
  it('counts work alone, however often it is stopped', async () => {
    const clock = new WorkClock();
    clock.stop();
    clock.stop();
    const worked = clock.now;
    await sleep(60);
    expect(clock.now).toBe(worked);
    clock.go();
    clock.go();
    await sleep(60);
    const now = clock.now - worked;
    expect(now).toBeGreaterThan(40);
  });
});
