import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  cpuTicks,
  firstSeen,
  growthOf,
  ioBytes,
  workOfProgram,
  LifeWatch,
  type LifeSign,
} from './life-signs.js';
import { runTool, type ToolOptions } from './run-tool.js';
import { ToolError } from './tool-error.js';
import { PauseSwitch } from './tool-pause.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-life-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('ioBytes', () => {
  it.each([
    [
      'all that proc_pid_io(5) has',
      'rchar: 100\nwchar: 20\nsyscr: 7\nsyscw: 7\nread_bytes: 3\nwrite_bytes: 4\ncancelled_write_bytes: 9\n',
      127,
    ],
    ['a kernel that counts no disks', 'rchar: 100\nwchar: 20\nsyscr: 7\nsyscw: 7\n', 120],
    ['nothing', '', 0],
    ['something else', 'Name: x\n', 0],
  ])('adds up %s', (_name, text, bytes) => {
    expect(ioBytes(text)).toBe(bytes);
  });
});

it.each([
  ['7 (x265) S 1 2 3 4 5 6 7 8 9 10 30 12 0 0', 42],
  ['7 (a) R (b) S 1 2 3 4 5 6 7 8 9 10 30 12 0 0', 42],
  ['', 0],
])('cpuTicks of %j', (text, ticks) => {
  expect(cpuTicks(text)).toBe(ticks);
});

describe('signs of life', () => {
  it('are what a file has grown to, once it is there', async () => {
    const file = path.join(folder, 'grows');
    const sign = growthOf(file);
    expect(await sign(1)).toBeNull();
    await writeFile(file, '');
    expect(await sign(1)).toBeNull();
    await writeFile(file, 'four');
    expect(await sign(1)).toBe(4);
  });

  it('are none of programs that are gone', async () => {
    expect(await workOfProgram(2 ** 22 + 1)).toBeNull();
  });

  it.runIf(process.platform === 'linux')('are what programs read and write', async () => {
    const before = (await workOfProgram(process.pid)) ?? 0;
    await writeFile(path.join(folder, 'written'), Buffer.alloc(100_000));
    expect(await workOfProgram(process.pid)).toBeGreaterThanOrEqual(before + 100_000);
  });

  it.each<[(number | null)[], number | null]>([
    [[1, 2], 1],
    [[null, 2], 2],
    [[0, 2], 0],
    [[null, null], null],
    [[], null],
  ])('of %j the first counts that can be seen', async (signs, seen) => {
    expect(await firstSeen(...signs.map((sign) => () => Promise.resolve(sign)))(1)).toBe(seen);
  });
});

describe('LifeWatch', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Takes so many looks; `sign` gets the number of the look. @returns how often it asked, and how often it saw life */
  async function watch(
    looks: number,
    sign: (look: number) => Promise<number | null>,
    paused?: () => boolean,
  ) {
    let asked = 0;
    let signs = 0;
    const lifeWatch = new LifeWatch({
      ...{ pid: 7, stallMs: 4000, isPaused: paused ?? (() => false) },
      sign: (pid) => {
        expect(pid).toBe(7);
        asked += 1;
        return sign(asked);
      },
      onSign: () => {
        signs += 1;
      },
    });
    await vi.advanceTimersByTimeAsync(looks * 1000);
    lifeWatch.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    return { asked, signs };
  }

  it.each<[string, (look: number) => Promise<number | null>, { asked: number; signs: number }]>([
    ['something new each time', (look) => Promise.resolve(look), { asked: 8, signs: 8 }],
    ['less than before, as a file begun anew', (look) => Promise.resolve(-look), { asked: 8, signs: 8 }],
    ['the same over and over', () => Promise.resolve(5), { asked: 8, signs: 1 }],
    ['nothing to be seen', () => Promise.resolve(null), { asked: 8, signs: 8 }],
    ['nothing but mistakes', () => Promise.reject(new Error('EIO')), { asked: 8, signs: 8 }],
    ['looks without an end', () => new Promise(() => undefined), { asked: 1, signs: 0 }],
  ])('sees %s', async (_name, sign, expected) => {
    expect(await watch(8, sign)).toEqual(expected);
  });

  it('does not look at what stands still', async () => {
    const from = Date.now();
    const paused = () => Date.now() - from < 5500;
    expect(await watch(8, (look) => Promise.resolve(look), paused)).toEqual({ asked: 3, signs: 3 });
  });
});

/** Works for some five seconds, says nothing, and does `each` five times a second. */
const quiet = (each: string) => ['-c', `n=0; while [ $n -lt 25 ]; do n=$((n+1)); ${each}; sleep 0.2; done`];

const codeOf = (args: readonly string[], options: ToolOptions): Promise<string> =>
  runTool('sh', args, { stallMs: 2500, limitMs: 60_000, ...options }).then(
    () => 'done',
    (error: unknown) => (error instanceof ToolError ? error.code : String(error)),
  );

describe.runIf(process.platform === 'linux')('a tool that says nothing', () => {
  it.each<[string, (file: string) => readonly string[], (file: string) => LifeSign | undefined, string]>([
    ['reads', () => quiet('read -r line < /proc/self/stat'), () => workOfProgram, 'done'],
    [
      'reads, and nobody looks',
      () => quiet('read -r line < /proc/self/stat'),
      () => undefined,
      'tool_stalled',
    ],
    ['writes', (file) => quiet(`printf x >> '${file}'`), growthOf, 'done'],
    ['stops writing', (file) => ['-c', `printf x > '${file}'; exec sleep 60`], growthOf, 'tool_stalled'],
    ['has written nothing yet, which cannot be seen', () => ['-c', 'exec sleep 5'], growthOf, 'done'],
    ['hangs', () => ['-c', 'exec sleep 60'], () => workOfProgram, 'tool_stalled'],
    [
      'hangs, by either sign',
      () => ['-c', 'exec sleep 60'],
      (file) => firstSeen(workOfProgram, growthOf(file)),
      'tool_stalled',
    ],
  ])('and %s', { concurrent: true }, async (name, args, sign, code) => {
    const file = path.join(folder, name.replaceAll(/\W/g, '-'));
    const aliveBy = sign(file);
    expect(await codeOf(args(file), aliveBy === undefined ? {} : { aliveBy })).toBe(code);
  });

  it('and only computes', { concurrent: true }, async () => {
    const args = ['-c', 'while :; do :; done'];
    expect(await codeOf(args, { aliveBy: workOfProgram, limitMs: 4000 })).toBe('tool_time_limit');
  });

  it('is given its time after a pause', { concurrent: true }, async () => {
    const pause = new PauseSwitch();
    let looks = 0;
    const aliveBy: LifeSign = (pid) => {
      looks += 1;
      return workOfProgram(pid);
    };
    const run = codeOf(['-c', 'exec sleep 60'], { pause, aliveBy, onSpawn: () => pause.set(true) });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(looks).toBe(0);
    pause.set(false);
    expect(await run).toBe('tool_stalled');
    expect(looks).toBeGreaterThan(0);
  });
});
