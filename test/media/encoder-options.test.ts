import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import {
  encoderArgs,
  ENCODER_NAMES,
  SOFTWARE_ENCODERS,
  type EncoderName,
} from '#engine/command/encoders/index.js';
import { anyVideoEncode, PLAUSIBLE, videoEncode } from '#engine/command/encoders/testing/video-encode.js';
import { videoArgs, videoExtension } from '#engine/command/video-args.js';
import { videoStream } from '#engine/media/media-info.fixture.js';
import { streamsOf, type VideoStream } from '#engine/media/media-info.js';
import type { VideoEncode } from '#engine/plan/plan.types.js';
import { TUNES, VIDEO_CODECS, type VideoCodec } from '#engine/profile/schema/index.js';
import {
  encoderHelp,
  fault,
  genericOptions,
  helpOptions,
  type EncoderHelp,
  type HelpOption,
} from './encoder-help.js';
import { ffmpeg, probe, run, withFolder } from './tools.js';

const HDR: Pick<VideoStream, 'color' | 'hdr'> = {
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
      minLuminance: 0.005,
    },
  },
};

/**
 * The options of the hardware encoders that ffmpeg 5.1 does not have yet, as far as they are used. Taken from
 * ffmpeg's libavcodec/nvenc_av1.c, and qsvenc_av1.c and vaapi_encode_av1.c with the macros QSV_COMMON_OPTS and
 * VAAPI_ENCODE_RC_OPTIONS, which hevc_qsv and hevc_vaapi share. Where a later ffmpeg has the encoder, its own help
 * is used instead.
 */
const AV1_HARDWARE: Readonly<Record<string, EncoderHelp>> = {
  av1_nvenc: {
    pixelFormats: ['nv12', 'p010le'],
    own: helpOptions(`
  -preset            <int>  (from 0 to 18)
     p1              12
     p2              13
     p3              14
     p4              15
     p5              16
     p6              17
     p7              18
  -tune              <int>  (from 1 to 4)
     hq              1
  -rc                <int>  (from -1 to INT_MAX)
     constqp         0
     vbr             1
     cbr             2
  -multipass         <int>  (from 0 to 2)
     disabled        0
     qres            1
     fullres         2
  -cq                <float> (from 0 to 51)
  -spatial-aq        <boolean> (from 0 to 1)
`),
  },
  av1_qsv: {
    pixelFormats: ['nv12', 'p010le', 'qsv'],
    own: helpOptions(`
  -preset            <int>  (from 0 to 7)
     veryfast        7
     faster          6
     fast            5
     medium          4
     slow            3
     slower          2
     veryslow        1
`),
  },
  av1_vaapi: {
    pixelFormats: ['vaapi'],
    own: helpOptions(`
  -rc_mode           <int>  (from 0 to 6)
     CQP             1
     VBR             3
`),
  },
};

const codecOf = (encoder: EncoderName): VideoCodec =>
  VIDEO_CODECS.find((codec) => SOFTWARE_ENCODERS[codec] === encoder || encoder.startsWith(`${codec}_`)) ??
  'av1';

/** Everything that is wrong with an encoder's arguments, by the help. */
function faults(
  encoder: EncoderName,
  args: readonly string[],
  filters: readonly string[],
  help: EncoderHelp,
  generic: Map<string, HelpOption>,
): string[] {
  const found: string[] = [];
  for (let at = 0; at < args.length; at += 2) {
    const [flag = '', value = ''] = args.slice(at, at + 2);
    const name = flag.slice(1).replace(/:v$/, '');
    if (name === 'c') {
      if (value !== encoder) found.push(`-c:v ${value}`);
    } else if (name === 'pix_fmt') {
      if (!help.pixelFormats.includes(value)) found.push(`-pix_fmt ${value}`);
    } else {
      const wrong = fault(name, value, help.own.get(name) ?? generic.get(name));
      if (wrong !== null) found.push(wrong);
    }
  }
  const format = filters.find((filter) => filter.startsWith('format='))?.slice('format='.length);
  const uploaded = filters.includes('hwupload');
  if (format !== undefined && !uploaded && !help.pixelFormats.includes(format))
    found.push(`format=${format}`);
  if (uploaded !== help.pixelFormats.every((name) => name === 'vaapi')) found.push('hwupload');
  return found;
}

describe("options, by ffmpeg's own help", () => {
  let generic: Map<string, HelpOption>;
  beforeAll(async () => {
    generic = await genericOptions();
    expect(generic.get('maxrate')?.range).toEqual([0, 2 ** 31 - 1]);
  });

  it('is read rightly: what does not exist, or is out of range, is found', async () => {
    const help = (await encoderHelp('libx265'))!;
    const svt = (await encoderHelp('libsvtav1'))!;
    const wrong = (args: string[], of: EncoderHelp = svt) => faults('libsvtav1', args, [], of, generic);
    expect(wrong(['-crf', '63', '-preset', '13', '-g', '240'])).toEqual([]);
    expect(wrong(['-crf', '64'])).toHaveLength(1);
    expect(wrong(['-cq', '20'])).toEqual(['-cq is no option']);
    expect(wrong(['-preset', 'slow'])).toHaveLength(1);
    expect(wrong(['-pix_fmt', 'yuv444p'])).toHaveLength(1);
    expect(wrong(['-pix_fmt', 'yuv444p'], help)).toEqual([]);
  });

  /** Whatever a profile may say, nothing in the arguments is unknown or out of range. */
  const holds = (encoder: EncoderName, help: EncoderHelp) => {
    fc.assert(
      fc.property(anyVideoEncode(codecOf(encoder)), fc.constantFrom({}, HDR), (video, special) => {
        // That hardware has no H.264 in 10 bits is chooseEncoder's to know.
        const pixelFormat = encoder.startsWith('h264_') ? 'yuv420p' : video.pixelFormat;
        const stream = videoStream(special);
        const { args, filters } = encoderArgs(encoder, {
          video: { ...video, pixelFormat },
          stream,
          threads: 2,
        });
        expect(faults(encoder, args, filters, help, generic)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  };

  it.for(ENCODER_NAMES)(
    '%s knows every option that it is given, and its value',
    async (encoder, { skip }: TestContext) => {
      const help = await encoderHelp(encoder);
      // Nothing else may be missing from the ffmpeg that tests run with.
      skip(help === null && encoder in AV1_HARDWARE, "not in this ffmpeg: see its source's table below");
      if (help === null) throw new Error(`this ffmpeg lacks ${encoder}`);
      holds(encoder, help);
    },
  );

  it.each(Object.entries(AV1_HARDWARE))("%s does by ffmpeg's source, too", (encoder, help) => {
    holds(encoder as EncoderName, help);
  });
});

/** One encode of ten frames, by what a plan would say. */
async function encode(
  folder: string,
  video: VideoEncode,
  special: Partial<VideoStream> = {},
  threads?: number,
): Promise<{ stream: VideoStream; file: string; stderr: string; args: string[] }> {
  const source = path.join(folder, 'source.mkv');
  await ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=192x108:r=24:d=0.5',
    '-pix_fmt',
    'yuv420p',
    '-c:v',
    'ffv1',
    source,
  );
  const info = await probe(source);
  const file = path.join(folder, `out.${videoExtension(video.codec)}`);
  const args = videoArgs({
    input: source,
    output: file,
    video,
    encoder: SOFTWARE_ENCODERS[video.codec],
    stream: { ...streamsOf(info, 'video')[0]!, ...special },
    info,
    ...(threads === undefined ? {} : { threads }),
  });
  const { stderr } = await run('ffmpeg', args);
  return { stream: streamsOf(await probe(file), 'video')[0]!, file, stderr, args };
}

/** What the wrappers say of a parameter that the encoder does not take; they go on all the same. */
const REFUSED = /unknown|error|invalid|unrecognized|not supported|could not|failed/i;

/** SVT-AV1 tells its settings on standard error; those lines are no complaints. */
const complaints = (stderr: string) =>
  stderr
    .split('\n')
    .filter((line) => !/^Svt\[(?:info|warn)\]/.test(line) && line.trim() !== '')
    .join('\n');

describe('software encoders really take it', () => {
  const size = { width: 192, height: 108, filters: [] as string[] };
  const cases = VIDEO_CODECS.flatMap((codec): [name: string, video: VideoEncode][] => {
    const base = videoEncode({ codec, preset: 12, ...size });
    return [
      ...[0, 6, 9, 13].map((preset): [string, VideoEncode] => [
        `${codec} preset ${preset}`,
        { ...base, preset },
      ]),
      ...TUNES[codec].map((tune): [string, VideoEncode] => [
        `${codec} tune ${tune}`,
        { ...base, tune: tune as VideoEncode['tune'] },
      ]),
      ...Object.entries(PLAUSIBLE[codec]).map(([key, value]): [string, VideoEncode] => [
        `${codec} ${key}=${value}`,
        { ...base, parameters: { [key]: value } },
      ]),
      [`${codec} at a bit rate`, { ...base, quality: { bitRate: 300 } }],
      [`${codec} in 8 bits`, { ...base, pixelFormat: 'yuv420p' }],
    ];
  });
  cases.push(['av1 with film grain', videoEncode({ preset: 12, ...size, filmGrain: 8 })]);

  it.each(cases)('%s', async (_name, video) => {
    await withFolder(async (folder) => {
      const { stream, stderr } = await encode(folder, video);
      expect(complaints(stderr)).not.toMatch(REFUSED);
      expect([stream.codec, stream.width, stream.height]).toEqual([video.codec, 192, 108]);
      expect(stream.pixelFormat).toBe(video.pixelFormat);
    });
  });

  it('a parameter that an encoder does not know would be noticed', async () => {
    for (const codec of VIDEO_CODECS) {
      await withFolder(async (folder) => {
        const video = videoEncode({ codec, preset: 12, ...size, parameters: { bogus: 1 } });
        expect(complaints((await encode(folder, video)).stderr)).toMatch(REFUSED);
      });
    }
  });

  it.each(VIDEO_CODECS)('%s carries HDR10, with a quality and with a bit rate', async (codec) => {
    for (const quality of [{ crf: 30 }, { bitRate: 300 }]) {
      await withFolder(async (folder) => {
        const video = videoEncode({ codec, preset: 12, ...size, quality });
        const { stderr, file } = await encode(folder, video, HDR);
        expect(complaints(stderr)).not.toMatch(REFUSED);
        // Told by the stream itself, since ffmpeg 5.1 does not read these of H.264.
        const { stderr: headers } = await run('ffmpeg', [
          ...['-v', 'trace', '-i', file, '-frames:v', '1', '-c', 'copy'],
          ...['-bsf:v', 'trace_headers', '-f', 'null', '-'],
        ]);
        const value = (name: RegExp) =>
          Number(new RegExp(`${name.source}\\s+[01]+ = (\\d+)`).exec(headers)?.[1]);
        expect(value(/transfer_characteristics/)).toBe(16);
        expect(value(/max_(?:content_light_level|cll)/)).toBe(1000);
        // H.26x in steps of 0.0001 cd/m2, AV1 in steps of 1/256.
        expect(value(/(?:max_display_mastering_luminance|luminance_max)/)).toBe(
          codec === 'av1' ? 256_000 : 10_000_000,
        );
      });
    }
  });

  it('lets each use only the threads that it is given', async () => {
    for (const codec of VIDEO_CODECS) {
      await withFolder(async (folder) => {
        const { stderr } = await encode(folder, videoEncode({ codec, preset: 12, ...size }), {}, 1);
        expect(complaints(stderr)).not.toMatch(REFUSED);
      });
    }
  });
});
