import { describe, expect, it } from 'vitest';
import { FfmpegProgressParser } from './ffmpeg-progress.js';

/** One report as ffmpeg 5.1 prints it. */
const REPORT = `frame=120
fps=23.98
stream_0_0_q=35.0
bitrate= 405.4kbits/s
total_size=202700
out_time_us=4000000
out_time_ms=4000000
out_time=00:00:04.000000
dup_frames=0
drop_frames=0
speed=0.799x
progress=continue`;

function parse(text: string) {
  const parser = new FfmpegProgressParser();
  return text.split('\n').map((line) => parser.push(line));
}

describe('FfmpegProgressParser', () => {
  it('hands a report out at its last line', () => {
    const results = parse(REPORT);
    expect(results.slice(0, -1).every((result) => result === null)).toBe(true);
    expect(results.at(-1)).toEqual({
      frame: 120,
      fps: 23.98,
      totalSize: 202_700,
      outSeconds: 4,
      speed: 0.799,
      done: false,
    });
  });

  it.each([
    [
      'before the first frame',
      'out_time_us=-9223372036854775808\ntotal_size=N/A\nspeed=N/A\nprogress=continue',
    ],
    ['with nothing to say', 'progress=continue'],
  ])('knows nothing %s', (_name, text) => {
    expect(parse(text).at(-1)).toEqual({
      frame: null,
      fps: null,
      totalSize: null,
      outSeconds: null,
      speed: null,
      done: false,
    });
  });

  it('tells the last report', () => {
    expect(parse('frame=1\nprogress=end').at(-1)?.done).toBe(true);
  });

  it('does not mix reports', () => {
    const results = parse('frame=1\nprogress=continue\nfps=2\nprogress=continue').filter(
      (result) => result !== null,
    );
    expect(results.map((result) => [result.frame, result.fps])).toEqual([
      [1, null],
      [null, 2],
    ]);
  });
});
