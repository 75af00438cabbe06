import { describe, expect, it } from 'vitest';
import { frameTimes, grainlessDecoder, sampleArgs } from '../../command/sample-args.js';
import { mediaInfo } from '../../media/media-info.fixture.js';
import { verifyContent } from '../verify.js';
import type { MeasuredContent } from './content.types.js';
import { comparePictures, type GreyFrames } from './picture-sample.js';
import { chooseSamples, seekTo } from './samples.js';
import { meanSquare, ssim } from './similarity.js';
import { compareSound, envelopes, type SoundSample } from './sound-sample.js';

const [WIDTH, HEIGHT] = [64, 32];

/** A picture whose pattern moves by three pixels a frame. */
function picture(at: number): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, pixel) => {
    const [x, y] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
    return 128 + Math.round(60 * Math.sin((x + 3 * at) / 5) + 40 * Math.cos((y + at) / 7));
  });
}

function film(count: number, show: (at: number) => number, rate = 25, late = 0): GreyFrames {
  const numbers = Array.from({ length: count }, (_, at) => at);
  return {
    width: WIDTH,
    height: HEIGHT,
    times: numbers.map((at) => at / rate + late),
    pixels: Uint8Array.from(numbers.flatMap((at) => [...picture(show(at))])),
  };
}

const nothing: MeasuredContent = { chosen: 1, decoded: 1, pictures: [], sounds: [] };

describe('similarity', () => {
  it('is 1 for the same picture, and less the more it differs', () => {
    const [a, b, c] = [picture(0), picture(1), picture(5)];
    expect(ssim(a, a, WIDTH, HEIGHT)).toBeCloseTo(1, 9);
    expect(ssim(a, b, WIDTH, HEIGHT)).toBeLessThan(1);
    expect(ssim(a, c, WIDTH, HEIGHT)).toBeLessThan(ssim(a, b, WIDTH, HEIGHT));
    expect(meanSquare(Uint8Array.of(0, 10), Uint8Array.of(0, 14))).toBe(8);
  });
});

describe('pictures', () => {
  const codes = (output: GreyFrames, source = film(50, (at) => at), shift = 0) =>
    verifyContent({ ...nothing, pictures: [comparePictures(0, source, output, shift)] }).map(
      ({ code }) => code,
    );

  it.each<[string, GreyFrames, string[]]>([
    ['the same', film(50, (at) => at), []],
    ['times rounded to a millisecond', film(50, (at) => at, 25, 0.0007), []],
    ['a frame late', film(50, (at) => Math.max(0, at - 1)), ['picture_shift']],
    ['a frame early', film(50, (at) => at + 1), ['picture_shift']],
    ['late in its second half alone', film(50, (at) => (at < 25 ? at : at - 1)), ['picture_shift']],
    ['shown between the frames', film(50, (at) => at, 25, 0.019), ['picture_shift']],
    ['half of the frames', film(25, (at) => 2 * at, 12.5), []],
    ['a third of the frames', film(17, (at) => 3 * at, 25 / 3), ['picture_shift']],
    ['no frame', film(0, (at) => at), ['picture_content']],
    ['another film', film(50, (at) => 900 + 31 * at), ['picture_content']],
  ])('%s', (_name, output, expected) => {
    expect(codes(output)).toEqual(expected);
  });

  it('takes the distance of the clocks off', () => {
    const source = film(50, (at) => at, 25, 1.4);
    expect(
      codes(
        film(50, (at) => at),
        source,
        1.4,
      ),
    ).toEqual([]);
  });

  it('says nothing of a sample that a seek in the source has missed', () => {
    expect(
      codes(
        film(50, (at) => at),
        film(0, (at) => at),
      ),
    ).toEqual([]);
  });

  it('finds a picture that stands still', () => {
    expect(codes(film(50, () => 20))).toContain('picture_frozen');
    const still = film(50, () => 20);
    expect(codes(still, still)).toEqual([]);
  });

  it('finds that nothing could be decoded', () => {
    const found = verifyContent({ ...nothing, decoded: 0 });
    expect(found.map(({ code }) => code)).toEqual(['content_unmeasured']);
    expect(verifyContent({ ...nothing, chosen: 0, decoded: 0 })).toEqual([]);
  });
});

describe('sound', () => {
  const RATE = 8000;

  /** A melody of its own for each number, in seconds from `from` on. */
  function melody(voice: number, seconds: number, from = 0, volume = 0.3): number[] {
    return Array.from({ length: seconds * RATE }, (_, at) => {
      const time = at / RATE + from;
      const beat = Math.sin(time * (7 + 3.7 * voice)) * Math.sin(time * (2.3 + voice) + voice);
      return volume * Math.exp(2 * beat - 2) * Math.sin(time * 2 * Math.PI * (200 + 50 * voice));
    });
  }

  function track(...channels: number[][]) {
    const length = channels[0]?.length ?? 0;
    const samples = Int16Array.from({ length: length * channels.length }, (_, at) =>
      Math.round((channels[at % channels.length]?.[Math.floor(at / channels.length)] ?? 0) * 32_767),
    );
    return envelopes(samples, channels.length, RATE);
  }

  const codes = (...samples: SoundSample[]) =>
    verifyContent({
      ...nothing,
      sounds: [{ stream: 1, output: 1, channelLayout: 'x', samples }],
    }).map(({ code }) => code);
  const silence = melody(0, 3, 0, 0);
  const source = track(melody(1, 3), melody(2, 3), melody(3, 3));

  it.each<[string, number[][], string[]]>([
    ['the same', [melody(1, 3), melody(2, 3), melody(3, 3)], []],
    ['a bit more quiet', [melody(1, 3, 0, 0.25), melody(2, 3, 0, 0.25), melody(3, 3, 0, 0.25)], []],
    ['silence', [silence, silence, silence], ['audio_silent']],
    ['no samples at all', [[], [], []], ['audio_silent']],
    ['0.3 s late', [melody(1, 3, -0.3), melody(2, 3, -0.3), melody(3, 3, -0.3)], ['audio_shift']],
    ['0.3 s early', [melody(1, 3, 0.3), melody(2, 3, 0.3), melody(3, 3, 0.3)], ['audio_shift']],
    ['another melody', [melody(8, 3), melody(9, 3), melody(7, 3)], ['audio_content']],
    ['two channels swapped', [melody(2, 3), melody(1, 3), melody(3, 3)], ['channel_order']],
    ['three channels turned', [melody(2, 3), melody(3, 3), melody(1, 3)], ['channel_order']],
    ['one channel lost', [melody(1, 3), silence, melody(3, 3)], ['audio_content']],
  ])('%s', (_name, channels, expected) => {
    expect(codes(compareSound(source, track(...channels)))).toEqual(expected);
  });

  it('lets a silent source be silent', () => {
    expect(codes(compareSound(track(silence, silence), track(silence, silence)))).toEqual([]);
  });
});

describe('chooseSamples', () => {
  const flow = (firstSeconds: number | null, endSeconds: number | null) => ({
    streams: [
      { index: 0, packets: 1, discarded: 0, bytes: 1, firstSeconds, leadSeconds: firstSeconds, endSeconds },
    ],
  });
  const choose = (format: string, first: number | null, end: number | null) => {
    const info = mediaInfo(undefined, { formatNames: [format] });
    return chooseSamples(info, flow(first, end), info.streams[0]!).map(({ start }) => start);
  };

  it.each<[string, string, number | null, number | null, number[]]>([
    ['start, middle and end', 'matroska', 0, 6003, [0, 3000, 6000]],
    ['a late start', 'mpegts', 10, 113, [10, 60, 110]],
    ['five seconds', 'matroska', 0, 5, [0, 2]],
    ['one second', 'matroska', 0.5, 1.5, [0.5]],
    ['what cannot be sought', 'avi', 0, 6000, [0, 58.5, 117]],
    ['what has no times', 'matroska', null, null, []],
  ])('%s', (_name, format, first, end, expected) => {
    expect(choose(format, first, end)).toEqual(expected);
  });

  it.each([
    ['matroska', 100, 99],
    ['mpegts', 100, 88],
    ['avi', 100, null],
    ['matroska', 0.5, null],
  ])('%s: what starts at %d s is reached from %j s', (format, start, expected) => {
    expect(seekTo(mediaInfo(undefined, { formatNames: [format], startSeconds: 0 }), start)).toBe(expected);
  });
});

describe('sampleArgs', () => {
  it('reads only what is asked for, and names no file as an option', () => {
    const args = sampleArgs({
      input: '-x.mkv',
      start: 10,
      end: 13,
      seek: 9,
      decoder: grainlessDecoder('av1', ['libdav1d']),
      picture: { index: 0, filters: ['crop=2:2:0:0'], output: 'p' },
      audio: [{ index: 2, channelFilter: 'pan=mono|c0=c0', channelLayout: 'mono', output: 's' }],
    });
    expect(args.slice(args.indexOf('-c:v'), args.indexOf('-filter_complex'))).toEqual([
      '-c:v',
      'libdav1d',
      '-export_side_data',
      'film_grain',
      '-noaccurate_seek',
      '-ss',
      '9.000000',
      '-i',
      'file:-x.mkv',
    ]);
    const graph = args[args.indexOf('-filter_complex') + 1] ?? '';
    expect(graph).toMatch(/^\[0:0\]crop=2:2:0:0,trim=start=9\.998000:end=12\.998000,/);
    expect(graph).toMatch(/;\[0:2\]atrim=.*first_pts=480000,pan=mono\|c0=c0,aformat=channel_layouts=mono,/);
    expect(grainlessDecoder('hevc', ['libdav1d'])).toEqual([]);
  });

  it.each([3, 0.5])(
    'ends after so many frames and so much sound, whatever the file holds in %d s',
    (length) => {
      const args = sampleArgs({
        ...{ input: 'a', start: 10, end: 10 + length, seek: null, decoder: [] },
        picture: { index: 0, filters: [], output: 'p' },
        audio: [{ index: 1, channelFilter: null, channelLayout: 'mono', output: 's' }],
      });
      const [pictures = '', sound = ''] = (args[args.indexOf('-filter_complex') + 1] ?? '').split(';');
      expect(pictures).toMatch(/,trim=end_frame=1500,scale=.*,split/);
      expect(sound).toContain(`,aformat=sample_fmts=s16,atrim=end_sample=${(length + 1) * 8000}[`);
    },
  );

  it("reads the frames' times on the file's own clock", () => {
    const lines = [
      '#tb 0: 1/1000',
      '#media_type 0: video',
      '0,  40,  40,  1,  36864, 0x1',
      '0, -5, -5, 1, 3, 0x2',
    ];
    expect(frameTimes(lines)).toEqual([0.04, -0.005]);
  });
});
