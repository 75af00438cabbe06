import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { cpuShares, machineTimes, ownTimes, parsePidStat, parseProcStat } from './cpu-times.js';
import { parsePercent } from './gpu-usage.js';

it.each([
  ['cpu  100 20 30 400 50 6 7 8 9 10\ncpu0 1 2', { total: 621, busy: 171 }],
  ['cpu  1 2 3 4\n', { total: 10, busy: 6 }],
  ['cpu0 1 2 3 4\n', null],
  ['', null],
])('reads %j of /proc/stat', (text, expected) => {
  expect(parseProcStat(text)).toEqual(expected);
});

it.each([
  ['7 (ffmpeg) S 1 7 7 0 -1 0 0 0 0 0 100 20 3 4 20 0 12 0 55 0', 127],
  ['7 (a) b) 1 2) S 1 7 7 0 -1 0 0 0 0 0 100 20 0 0 20 0 12 0 55 0', 120],
  ['7 (x) S', null],
  ['', null],
])('reads %j of /proc/<pid>/stat', (text, expected) => {
  expect(parsePidStat(text)).toBe(expected);
});

it.each([
  ['37', 37],
  ['37 %', 37],
  ['100\n', 100],
  ['[N/A]', null],
  ['', null],
])('reads "%s" as a share', (text, expected) => {
  expect(parsePercent(text)).toBe(expected);
});

describe('who uses the processors', () => {
  it.each([
    ['nobody', [0, 100, 0], [0, 200, 0], { all: 0, others: 0 }],
    ['this node', [0, 0, 0], [80, 100, 80], { all: 80, others: 0 }],
    ['others', [0, 0, 0], [80, 100, 5], { all: 80, others: 75 }],
    ['both, and the clocks disagree', [0, 0, 0], [80, 100, 85], { all: 80, others: 0 }],
    ['somebody', [0, 0, null], [80, 100, null], { all: 80, others: null }],
    ['who knows, in no time', [5, 10, 0], [5, 10, 0], { all: 0, others: 0 }],
  ] as const)('%s', (_name, [b0, t0, o0], [b1, t1, o1], expected) => {
    expect(cpuShares({ busy: b0, total: t0, own: o0 }, { busy: b1, total: t1, own: o1 })).toEqual(expected);
  });

  it.runIf(process.platform === 'linux')('is told apart, also after a tool has ended', async () => {
    const look = (pids: number[]) => ({ ...machineTimes(), own: ownTimes(pids) });
    const before = look([]);
    const loop = 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; exec sleep 30';
    const tool = execa('sh', ['-c', loop], { reject: false });
    await once(tool.stdout, 'data');
    const running = look([tool.pid ?? 0]);
    tool.kill('SIGKILL');
    await tool;
    await sleep(20);
    const after = look([]);
    const used = (running.own ?? 0) - (before.own ?? 0);
    expect(used).toBeGreaterThan(5);
    // What it has used is not lost with it, or it would count as others' work.
    expect((after.own ?? 0) - (before.own ?? 0)).toBeGreaterThanOrEqual(used);
    expect(after.total).toBeGreaterThan(before.total);
  });
});
