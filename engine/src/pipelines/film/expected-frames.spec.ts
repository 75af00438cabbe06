import { expect, it } from 'vitest';
import { videoStream } from '../../media/media-info.fixture.js';
import type { MeasuredStream, VideoStream } from '../../media/media-info.js';
import { expectedFrames } from './expected-frames.js';

const FPS_25 = { numerator: 25, denominator: 1 };
const FPS_50 = { numerator: 50, denominator: 1 };

function measured(special: Partial<MeasuredStream>): MeasuredStream {
  const times = { firstSeconds: 10, leadSeconds: 10, endSeconds: 110 };
  return { index: 0, packets: 2500, discarded: 0, bytes: 1, ...times, ...special };
}

it.each<[string, Partial<VideoStream>, MeasuredStream | undefined, number]>([
  ['a packet a frame', { frameRate: FPS_25, averageFrameRate: FPS_25 }, measured({}), 2500],
  ['a packet a field', { frameRate: FPS_50, averageFrameRate: FPS_25 }, measured({ packets: 5000 }), 2500],
  [
    'frames whose header counts fields',
    { frameRate: FPS_50, averageFrameRate: FPS_25 },
    measured({ packets: 2500 }),
    2500,
  ],
  ['50 frames a second', { frameRate: FPS_50, averageFrameRate: FPS_50 }, measured({ packets: 5000 }), 5000],
  [
    'a variable rate',
    { frameRate: FPS_50, averageFrameRate: FPS_25, variableFrameRate: true },
    measured({ packets: 5000 }),
    5000,
  ],
  ['no times', {}, measured({ firstSeconds: null, endSeconds: null }), 2500],
  ['nothing counted', {}, undefined, 0],
])('%s', (_name, stream, counted, frames) => {
  expect(expectedFrames(videoStream(stream), counted)).toBe(frames);
});
