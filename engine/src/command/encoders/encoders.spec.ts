import fc from 'fast-check';
import type { Capabilities } from '#contracts';
import { describe, expect, it } from 'vitest';
import { mediaInfo, videoStream } from '../../media/media-info.fixture.js';
import type { VideoStream } from '../../media/media-info.js';
import type { VideoEncode } from '../../plan/plan.types.js';
import { PARAMETERS, type VideoCodec } from '../../profile/schema/index.js';
import { videoArgs } from '../video-args.js';
import { chooseEncoder, encoderArgs, ENCODER_NAMES, encoderVersion, type EncoderName } from './index.js';
import { hardwareQuality } from './quality.js';
import { anyVideoEncode, PLAUSIBLE, videoEncode } from './testing/video-encode.js';

const SOFTWARE = ['libsvtav1', 'libx265', 'libx264'];

function node(special: Partial<Capabilities> = {}): Capabilities {
  return {
    tools: { ffmpeg: { path: '/usr/bin/ffmpeg', version: '7.1' } },
    encoders: [...SOFTWARE, 'hevc_nvenc', 'hevc_qsv', 'hevc_vaapi'],
    decoders: [],
    filters: [],
    hardwareEncoders: [],
    svtAv1Version: '2.3.0',
    gpus: [],
    cores: 8,
    memoryBytes: 1,
    platform: 'linux-x64',
    ...special,
  };
}

const codecOf = (encoder: EncoderName): VideoCodec =>
  encoder === 'libsvtav1' || encoder.startsWith('av1')
    ? 'av1'
    : encoder === 'libx265' || encoder.startsWith('hevc')
      ? 'hevc'
      : 'h264';

const HDR: Partial<VideoStream> = {
  color: { range: 'tv', space: 'bt2020nc', transfer: 'smpte2084', primaries: 'bt2020', chromaLocation: null },
  hdr: {
    ...videoStream().hdr,
    format: 'hdr10',
    contentLight: { maxContent: 1000, maxAverage: 400 },
    masteringDisplay: {
      red: [0.68, 0.32],
      green: [0.265, 0.69],
      blue: [0.15, 0.06],
      whitePoint: [0.3127, 0.329],
      maxLuminance: 1000,
      minLuminance: 0.0001,
    },
  },
};

const line = (
  encoder: EncoderName,
  video: Partial<VideoEncode>,
  stream: Partial<VideoStream> = {},
  threads?: number,
) => {
  const { inputArgs, filters, args } = encoderArgs(encoder, {
    video: videoEncode({ codec: codecOf(encoder), ...video }),
    stream: videoStream(stream),
    threads,
  });
  return [...inputArgs, filters.join(','), ...args].join(' ').trim();
};

describe('encoderArgs', () => {
  it.each<[EncoderName, Partial<VideoEncode>, string]>([
    [
      'libsvtav1',
      {},
      '-c:v libsvtav1 -crf 28 -preset 8 -g 240 -pix_fmt yuv420p10le -svtav1-params fps-num=24:fps-denom=1',
    ],
    [
      'libsvtav1',
      { quality: { bitRate: 2000 }, tune: 'visual', parameters: { scd: 0 }, framesPerFrame: 2 },
      '-c:v libsvtav1 -b:v 2000k -preset 8 -g 240 -pix_fmt yuv420p10le -svtav1-params tune=0:fps-num=48:fps-denom=1:scd=0',
    ],
    [
      'libx265',
      { quality: { crf: 23 }, tune: 'grain', parameters: { 'aq-mode': 3 } },
      '-c:v libx265 -crf 23 -preset medium -tune grain -g 240 -pix_fmt yuv420p10le -profile:v main10 -x265-params log-level=error:fps=24/1:aq-mode=3',
    ],
    [
      'libx265',
      { quality: { bitRate: 3000 }, preset: 12, pixelFormat: 'yuv420p', parameters: { bframes: 16 } },
      '-c:v libx265 -b:v 3000k -maxrate 6000k -bufsize 12000k -preset superfast -g 240 -pix_fmt yuv420p -profile:v main -x265-params log-level=error:fps=24/1:rc-lookahead=20:bframes=16',
    ],
    [
      'libx264',
      { quality: { crf: 21 }, pixelFormat: 'yuv420p' },
      '-c:v libx264 -crf 21 -preset medium -g 240 -pix_fmt yuv420p -profile:v high',
    ],
    [
      'hevc_nvenc',
      { quality: { crf: 23 } },
      'format=p010le -c:v hevc_nvenc -rc vbr -cq 24 -b:v 0 -preset p5 -tune hq -spatial-aq 1 -g 240 -profile:v main10',
    ],
    [
      'hevc_qsv',
      { quality: { bitRate: 3000 }, pixelFormat: 'yuv420p' },
      'format=nv12 -c:v hevc_qsv -b:v 3000k -maxrate 6000k -bufsize 12000k -preset medium -g 240 -profile:v main',
    ],
    [
      'av1_vaapi',
      {},
      '-init_hw_device vaapi=va -filter_hw_device va format=p010le,hwupload -c:v av1_vaapi -rc_mode CQP -global_quality 112 -compression_level 4 -g 240',
    ],
  ])('%s %j', (encoder, video, expected) => {
    expect(line(encoder, video)).toBe(expected);
  });

  it('limits every software encoder to the threads it is given', () => {
    expect(line('libsvtav1', {}, {}, 3)).toContain('lp=3');
    expect(line('libx265', {}, {}, 3)).toContain('pools=3');
    expect(line('libx264', {}, {}, 3)).toContain('-threads 3');
  });

  it.each([
    ['1.4.1', 8, 8],
    ['2.3.0', 24, 24],
    [null, 8, 8],
    ['3.0.0', 1, 1],
    ['3.0.0', 2, 2],
    ['3.1.2', 5, 3],
    ['3.1.2', 6, 4],
    ['4.0.1', 23, 5],
    ['4.0.1', 64, 6],
  ])('tells SVT-AV1 %s of %i processors in its own words', (svtAv1Version, threads, lp) => {
    const { args } = encoderArgs('libsvtav1', {
      ...{ video: videoEncode({ codec: 'av1' }), stream: videoStream(), threads, svtAv1Version },
    });
    expect(args.at(-1)).toMatch(new RegExp(`(^|:)lp=${lp}$`));
  });

  it('gives x265 light levels in its own units, and a buffer limit with them', () => {
    expect(line('libx265', {}, HDR)).toContain(
      'hdr10=1:repeat-headers=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):' +
        'max-cll=1000,400:vbv-maxrate=50000:vbv-bufsize=50000',
    );
    expect(line('libx265', { width: 3840, height: 2160 }, HDR)).toContain('vbv-maxrate=160000');
    expect(line('libx265', { quality: { bitRate: 3000 } }, HDR)).not.toContain('vbv-maxrate');
  });

  it('names full range once more on the way to a surface', () => {
    const color = { ...videoStream().color, range: 'pc' };
    expect(line('h264_qsv', { pixelFormat: 'yuv420p' }, { color })).toContain(
      'scale=in_range=pc:out_range=pc,format=nv12',
    );
  });

  it('tells x265 the rate of what is made, where ffmpeg would tell another', () => {
    const varying: Partial<VideoStream> = {
      variableFrameRate: true,
      frameRate: { numerator: 90_000, denominator: 1 },
      averageFrameRate: { numerator: 30, denominator: 1 },
    };
    expect(line('libx265', {}, varying)).toContain('fps=30000/1000');
    const fields: Partial<VideoStream> = {
      frameRate: { numerator: 50, denominator: 1 },
      averageFrameRate: { numerator: 25, denominator: 1 },
    };
    expect(line('libx265', { framesPerFrame: 2 }, fields)).toContain('fps=100/2');
  });
});

describe('hardwareQuality', () => {
  it.each(['nvenc', 'qsv', 'vaapi'] as const)(
    '%s: worse is never better, and all of it is allowed',
    (family) => {
      for (const codec of ['av1', 'hevc', 'h264'] as const) {
        const values = Array.from({ length: codec === 'av1' ? 63 : 51 }, (_, at) =>
          Number(hardwareQuality(family, codec, at + 1)),
        );
        expect(values.every((value, at) => at === 0 || value >= values[at - 1]!)).toBe(true);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...values)).toBeLessThanOrEqual(family === 'vaapi' && codec === 'av1' ? 255 : 51);
      }
    },
  );
});

describe('chooseEncoder', () => {
  const hevc = (special: Partial<VideoEncode> = {}) => videoEncode({ codec: 'hevc', ...special });
  it.each<[string, VideoEncode, Partial<Capabilities>, EncoderName, RegExp | null]>([
    ['software', videoEncode(), {}, 'libsvtav1', null],
    ['software HEVC', hevc(), {}, 'libx265', null],
    ['svt', videoEncode({ encoder: 'svt' }), {}, 'libsvtav1', null],
    ['what is there', hevc({ encoder: 'qsv' }), { hardwareEncoders: ['hevc_qsv'] }, 'hevc_qsv', null],
    [
      'a fallback',
      hevc({ encoder: 'nvenc' }),
      {},
      'libx265',
      /hevc_nvenc is in this .* failed .* falls back to x265/,
    ],
    [
      'a fallback',
      videoEncode({ encoder: 'qsv' }),
      {},
      'libsvtav1',
      /has no av1_qsv; .* falls back to SVT-AV1/,
    ],
    [
      'the first that works',
      hevc({ encoder: 'auto' }),
      { hardwareEncoders: ['hevc_vaapi', 'hevc_qsv'] },
      'hevc_qsv',
      null,
    ],
    [
      'software where none works',
      hevc({ encoder: 'auto' }),
      {},
      'libx265',
      /no hardware encoder for hevc works/,
    ],
    [
      'software for grain',
      videoEncode({ encoder: 'auto', filmGrain: 8 }),
      { hardwareEncoders: ['av1_nvenc'] },
      'libsvtav1',
      /film grain/,
    ],
    [
      'hardware without grain when it is named',
      videoEncode({ encoder: 'nvenc', filmGrain: 8, tune: 'visual' }),
      { hardwareEncoders: ['av1_nvenc'] },
      'av1_nvenc',
      /no film grain, tune: left out/,
    ],
    [
      'software for H.264 in 10 bits',
      videoEncode({ codec: 'h264', encoder: 'auto' }),
      { hardwareEncoders: ['h264_nvenc'] },
      'libx264',
      /8 bits only/,
    ],
    [
      'hardware for H.264 in 8 bits',
      videoEncode({ codec: 'h264', encoder: 'auto', pixelFormat: 'yuv420p' }),
      { hardwareEncoders: ['h264_nvenc'] },
      'h264_nvenc',
      null,
    ],
  ])('takes %s', (_name, video, special, encoder, note) => {
    const choice = chooseEncoder(video, node(special));
    if (!choice.ok) throw new Error(choice.reason.message);
    expect(choice.encoder).toBe(encoder);
    expect(choice.hardware).toBe(!SOFTWARE.includes(encoder));
    if (note === null) expect(choice.note).toBeNull();
    else expect(choice.note).toMatch(note);
  });

  it.each<[VideoEncode, Partial<Capabilities>, RegExp]>([
    [videoEncode({ encoder: 'nvenc', fallback: 'none' }), {}, /has no av1_nvenc.*fallback: software/],
    [hevc({ encoder: 'nvenc', fallback: 'none' }), {}, /hevc_nvenc is in this.*failed.*another node/],
    [videoEncode(), { encoders: [] }, /SVT-AV1 \(libsvtav1\).*another node/],
    [hevc({ encoder: 'vaapi' }), { encoders: [] }, /x265 \(libx265\).*has no hevc_vaapi/],
  ])('says what is missing', (video, special, message) => {
    const choice = chooseEncoder(video, node(special));
    expect(choice).toMatchObject({ ok: false, reason: { code: 'encoder_missing' } });
    expect(choice.ok ? '' : choice.reason.message).toMatch(message);
  });

  it('names what made a picture', () => {
    expect(encoderVersion('libsvtav1', node())).toBe('SVT-AV1 2.3.0');
    expect(encoderVersion('libx265', node())).toBe('x265 (ffmpeg 7.1)');
    expect(encoderVersion('hevc_qsv', node())).toBe('hevc_qsv (ffmpeg 7.1)');
  });
});

describe('whatever a profile asks and a stream is', () => {
  it('has a plausible value of every parameter to test with', () => {
    for (const codec of ['av1', 'hevc', 'h264'] as const)
      expect(Object.keys(PLAUSIBLE[codec])).toEqual([...PARAMETERS[codec]]);
  });

  const rate = fc.oneof(
    fc.constant(null),
    fc.record({
      numerator: fc.integer({ min: 1, max: 120_000 }),
      denominator: fc.integer({ min: 1, max: 1001 }),
    }),
  );
  const stream = fc
    .record({
      frameRate: rate,
      averageFrameRate: rate,
      variableFrameRate: fc.boolean(),
      hdr: fc.constantFrom(videoStream().hdr, HDR.hdr!, {
        ...HDR.hdr!,
        format: 'hlg' as const,
        masteringDisplay: null,
      }),
      color: fc.constantFrom(videoStream().color, HDR.color!, { ...HDR.color!, range: 'pc', space: 'odd' }),
    })
    .map((special) => videoStream(special));

  it.each(ENCODER_NAMES)('%s is told nothing but words and numbers', (encoder) => {
    fc.assert(
      fc.property(
        anyVideoEncode(codecOf(encoder)),
        stream,
        fc.option(fc.integer({ min: 1, max: 64 }), { nil: undefined }),
        (video, source, threads) => {
          const args = videoArgs({
            input: '/in.mkv',
            output: '/out',
            video,
            encoder,
            stream: source,
            info: mediaInfo([source]),
            ...(threads === undefined ? {} : { threads }),
          });
          for (const argument of args) {
            expect(argument).not.toBe('');
            expect(argument).not.toMatch(/NaN|undefined|Infinity|null|\[object/);
          }
          expect(args.filter((argument) => argument === '-vf').length).toBeLessThanOrEqual(1);
          expect(args).toContain(video.codec === 'av1' ? 'ivf' : 'matroska');
        },
      ),
    );
  });
});
