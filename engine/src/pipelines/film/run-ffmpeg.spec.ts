import { describe, expect, it } from 'vitest';
import { percentOf } from './run-ffmpeg.js';

describe('percentOf', () => {
  it.each<[string, Parameters<typeof percentOf>, number | null]>([
    [
      'frames, whatever the seconds',
      [
        { frame: 24, outSeconds: 0 },
        { frames: 48, durationSeconds: 2 },
      ],
      50,
    ],
    [
      'no frame yet',
      [
        { frame: null, outSeconds: 1 },
        { frames: 48, durationSeconds: 2 },
      ],
      null,
    ],
    [
      'more frames than counted',
      [
        { frame: 60, outSeconds: 0 },
        { frames: 48, durationSeconds: 2 },
      ],
      100,
    ],
    ['sound: seconds', [{ frame: null, outSeconds: 1 }, { durationSeconds: 4 }], 25],
    [
      'a source without a counted frame',
      [
        { frame: 3, outSeconds: 1 },
        { frames: 0, durationSeconds: 4 },
      ],
      25,
    ],
    ['nothing known', [{ frame: null, outSeconds: 1 }, { durationSeconds: null }], null],
  ])('%s', (_name, args, expected) => {
    expect(percentOf(...args)).toBe(expected);
  });
});
