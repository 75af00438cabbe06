import { describe, expect, it } from 'vitest';
import { parseX265Progress } from './x265-progress.js';

describe('what x265 prints', () => {
  it.each([
    ['1 frames: 3.33 fps, 446.94 kb/s  ', { frame: 1, fps: 3.33 }],
    ['181 frames: 328.26 fps, 7.13 kb/s  ', { frame: 181, fps: 328.26 }],
    ['[0.4%] 1/259 frames, 47.16 fps, 447.86 kb/s, eta 0:00:05  ', { frame: 1, fps: 47.16 }],
    ['[100.0%] 172800/172800 frames, 0.41 fps, 9000.00 kb/s, eta 0:00:00', { frame: 172_800, fps: 0.41 }],
    ['1 frames: inf fps, 446.94 kb/s', { frame: 1, fps: null }],
    ['1 frames: -nan fps, 446.94 kb/s', { frame: 1, fps: null }],
    ['', null],
    ['x265 [info]: frame I:      2, Avg QP:31.90  kb/s: 8.44', null],
    ['x265 [info]: frame threads / pool features       : 1 / wpp(5 rows)', null],
    ['y4m  [info]: 256x144 fps 24000/1001 i420p10 sar 1:1 unknown frame count', null],
    ['encoded 259 frames in 0.44s (589.88 fps), 4.15 kb/s, Avg QP:34.73', null],
  ])('as progress: %j', (line, progress) => {
    expect(parseX265Progress(line)).toEqual(progress);
  });
});
