import { describe, expect, it } from 'vitest';
import { readJobLog, runningMs, slotIdle } from './job-log.ts';

const at = (ms: number) => new Date(1_700_000_000_000 + ms).toISOString();
const log = (...lines: [ms: number, text: string][]) =>
  lines.map(([ms, text]) => `${at(ms)} ${text}\n`).join('');

function job(start: number): string {
  return log(
    [start, 'server: attempt 1 of a film is claimed by Built-in'],
    [start + 1, 'step 2/9 probe'],
    [start + 2, '$ ffprobe -v error file:/a'],
    [start + 3, '$ ffprobe -show_packets file:/a'],
    [start + 40, 'ffprobe ended with 0 after 0.04 s'],
    [start + 50, 'ffprobe ended with 0 after 0.05 s'],
    [start + 100, 'step 4/9 encode_video'],
    [start + 105, `$ ffmpeg -i '/it'\\''s' /out`],
    [start + 106, 'ffmpeg: Svt[info]: ended with 0 after a while'],
    [start + 500, 'ffmpeg ended with 0 after 0.40 s'],
    [start + 510, 'step 8/9 verify'],
    [start + 520, '$ ffprobe /out'],
    [start + 600, 'ffprobe ended with 0 after 0.08 s'],
  );
}

describe('readJobLog', () => {
  it('finds each command, with its step, its start and its end', () => {
    const commands = readJobLog(job(0));
    expect(commands.map(({ step, endedAt, startedAt }) => [step, endedAt - startedAt])).toEqual([
      ['probe', 38],
      ['probe', 47],
      ['encode_video', 395],
      ['verify', 80],
    ]);
    expect(commands[2]?.line).toBe(`ffmpeg -i '/it'\\''s' /out`);
  });

  it('refuses a log in which a command never ended', () => {
    expect(() => readJobLog(log([0, '$ ffmpeg -i /a']))).toThrow('ffmpeg -i /a');
  });
});

describe('runningMs', () => {
  it('counts once what runs at the same time', () => {
    // Two that overlap, from 2 to 50; 105 to 500; 520 to 600.
    expect(runningMs(readJobLog(job(0)))).toBe(48 + 395 + 80);
    expect(runningMs([])).toBe(0);
  });
});

describe('slotIdle', () => {
  it('tells the pauses between jobs from those inside them, whatever the order of the logs', () => {
    const jobs = [readJobLog(job(1200)), readJobLog(job(0)), readJobLog(job(560))];
    expect(slotIdle(jobs, (step) => step !== 'probe')).toEqual({ between: [65, 145], inside: [20, 20, 20] });
  });

  it('has nothing to tell of a single job', () => {
    expect(slotIdle([readJobLog(job(0))], () => true).between).toEqual([]);
  });
});
