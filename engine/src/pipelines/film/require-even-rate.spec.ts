import { describe, expect, it } from 'vitest';
import { dolbyVisionStream, MEL } from '../../media/dolby-vision.fixture.js';
import type { MeasuredStream, MeasuredStreams, VideoStream } from '../../media/media-info.js';
import { StepFailure } from '../../pipeline/step.js';
import { requireEvenRate } from './require-even-rate.js';

const RATE = { numerator: 24_000, denominator: 1001 };

const measured = (special: Partial<MeasuredStream> = {}): MeasuredStreams => ({
  streams: [
    {
      ...{ index: 0, packets: 259, discarded: 0, bytes: 100_000 },
      ...{ firstSeconds: 0, leadSeconds: 0, endSeconds: 10.803 },
      ...special,
    },
  ],
});

const asked = (streams: MeasuredStreams, special: Partial<VideoStream> = {}) =>
  requireEvenRate(dolbyVisionStream(MEL, special), streams);

const PAL = { numerator: 25, denominator: 1 };

describe('requireEvenRate', () => {
  it.each<[string, MeasuredStreams, Partial<VideoStream>, object]>([
    ['a film', measured(), {}, RATE],
    ['one that begins late', measured({ firstSeconds: 3.6, endSeconds: 14.402 }), {}, RATE],
    ['times rounded to ms', measured({ endSeconds: 10.798 }), {}, RATE],
    ['a last frame that nobody says how long it lasts', measured({ endSeconds: 10.761 }), {}, RATE],
    ['nothing measured', { streams: [] }, {}, RATE],
    [
      'fields in packets of their own',
      measured({ packets: 500, endSeconds: 10 }),
      { frameRate: { numerator: 50, denominator: 1 }, averageFrameRate: PAL },
      { numerator: 50, denominator: 2 },
    ],
  ])('%s', (_name, streams, special, expected) => {
    expect(asked(streams, special)).toEqual(expected);
  });

  it.each<[string, MeasuredStreams, Partial<VideoStream>, string]>([
    [
      'a header that says 25',
      measured(),
      { frameRate: PAL, averageFrameRate: PAL },
      'the file says 25.000 frames a second, with which its 259 frames would last 10.360 s, and they last 10.803 s (23.975 a second)',
    ],
    ['two frames that are missing', measured({ packets: 257 }), {}, 'its 257 frames would last 10.719 s'],
    ['a rate that varies', measured(), { variableFrameRate: true }, 'nobody knows how many frames'],
    ['no rate', measured(), { frameRate: null }, 'nobody knows how many frames'],
  ])('refuses %s', (_name, streams, special, message) => {
    let thrown: unknown;
    try {
      asked(streams, special);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(StepFailure);
    expect(thrown).toMatchObject({ retryable: false, reason: { code: 'frame_rate' } });
    expect((thrown as StepFailure).message).toContain(message);
  });
});
