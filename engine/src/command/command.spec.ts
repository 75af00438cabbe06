import { execaSync } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  audioStream,
  mediaInfo,
  streamOf,
  subtitleStream,
  videoStream,
} from '../media/media-info.fixture.js';
import type { MediaInfo, VideoStream } from '../media/media-info.js';
import { decide } from '../plan/decide.js';
import { profileSchema, type ProfileInput } from '../profile/schema/index.js';
import { audioArgs } from './audio-args.js';
import { decodeArgs } from './decode-args.js';
import { SOFTWARE_ENCODERS } from './encoders/index.js';
import { chaptersXml, tagsXml } from './matroska-xml.js';
import { muxArgs } from './mux-args.js';
import type { MuxFiles } from './mux.types.js';
import { restArgs } from './rest-args.js';
import { shellQuote } from './shell-quote.js';
import { timestampLine } from './timestamps.js';
import { videoArgs } from './video-args.js';

const MP4 = { formatNames: ['mov', 'mp4'], startSeconds: -0.021333 };
const NO_FILES: MuxFiles = {
  video: null,
  timestamps: null,
  audio: null,
  subtitles: null,
  rest: null,
  covers: [],
  chapters: null,
  tags: null,
};

function planOf(info: MediaInfo, input: ProfileInput = {}) {
  const decision = decide(info, profileSchema.parse(input));
  if (decision.verdict === 'skip') throw new Error(decision.reason.message);
  return decision.plan;
}

/** What comes after an option. */
const after = (args: readonly string[], option: string) => args[args.indexOf(option) + 1];

describe('shellQuote', () => {
  it('survives a real shell, whatever the words are', () => {
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, fc.constantFrom("it's", 'two\nlines', '$(x) `y`', '-n', '', '*', '🎬'))),
        (words) => {
          const script = shellQuote(['printf', String.raw`%s\0`, ...words]);
          const { stdout: printed } = execaSync('/bin/sh', ['-c', script], { stripFinalNewline: false });
          expect(printed).toBe(words.length === 0 ? '\0' : words.map((text) => `${text}\0`).join(''));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('videoArgs', () => {
  const argsOf = (
    special: Partial<VideoStream>,
    container: Partial<MediaInfo['container']> = {},
    input: ProfileInput = {},
  ) => {
    const stream = videoStream(special);
    const info = mediaInfo([stream], container);
    const [entry] = planOf(info, input).streams;
    if (entry?.action !== 'encode-video') throw new Error('not an encode');
    const encoder = SOFTWARE_ENCODERS[entry.video.codec];
    return videoArgs({ input: '-a:b.mkv', output: '/jobs/v.ivf', video: entry.video, encoder, stream, info });
  };

  it('is this, for an ordinary film', () => {
    expect(shellQuote(argsOf({}))).toBe(
      '-hide_banner -nostats -v warning -y -progress pipe:1 -stats_period 0.5 -copyts -i file:-a:b.mkv -map 0:0 ' +
        '-map_metadata -1 -map_chapters -1 -fps_mode passthrough -enc_time_base -1 -c:v libsvtav1 -crf 28 -preset 8 -g 240 ' +
        '-pix_fmt yuv420p10le -svtav1-params film-grain=8:film-grain-denoise=0:fps-num=24:fps-denom=1 -f ivf file:/jobs/v.ivf',
    );
  });

  it('hands over colour and HDR', () => {
    const args = argsOf(
      {
        bitDepth: 10,
        color: {
          range: 'tv',
          space: 'bt2020nc',
          transfer: 'smpte2084',
          primaries: 'bt2020',
          chromaLocation: null,
        },
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
      },
      {},
      { video: { filmGrain: 0 } },
    );
    expect(
      ['-color_primaries', '-color_trc', '-colorspace', '-color_range'].map((option) => after(args, option)),
    ).toEqual(['9', '16', '9', '1']);
    expect(after(args, '-svtav1-params')).toBe(
      'enable-hdr=1:mastering-display=G(0.26500,0.69000)B(0.15000,0.06000)R(0.68000,0.32000)WP(0.31270,0.32900)L(1000.0000,0.0001):content-light=1000,400:fps-num=24:fps-denom=1',
    );
  });

  it('names a frame rate that the encoder takes, where there is no constant one', () => {
    const args = argsOf({
      variableFrameRate: true,
      frameRate: { numerator: 90_000, denominator: 1 },
      averageFrameRate: { numerator: 30, denominator: 1 },
    });
    expect(after(args, '-svtav1-params')).toContain('fps-num=30000:fps-denom=1000');
  });

  it('moves everything but Matroska to start at 0, and spaces what has no times', () => {
    expect(after(argsOf({}, MP4), '-output_ts_offset')).toBe('0.021333');
    expect(argsOf({}, { startSeconds: 5 })).not.toContain('-output_ts_offset');
    expect(after(argsOf({}, { formatNames: ['mpeg'] }), '-vf')).toBe('setpts=STARTPTS+N*1/(24*TB)');
    expect(after(argsOf({ startSeconds: 0.5 }, { formatNames: ['avi'] }), '-vf')).toBe(
      'setpts=0.500000/TB+N*1/(24*TB)',
    );
  });
});

describe('parts', () => {
  it('encodes all sound in one run, each with its own settings', () => {
    const info = mediaInfo([
      videoStream(),
      audioStream(),
      audioStream({ index: 2, channels: 2, channelLayout: 'stereo' }),
    ]);
    const args = audioArgs({ input: '/s.mkv', output: '/a.mka', info, plan: planOf(info) })!;
    expect(shellQuote(args)).toContain(
      "-c:a:0 libopus -b:a:0 288k -filter:a:0 'aformat=channel_layouts=5.1(side),channelmap=FL-FL|FR-FR|FC-FC|LFE-LFE|SL-BL|SR-BR:5.1' -c:a:1 libopus -b:a:1 128k",
    );
    const options = ['-copyts', '-drc_scale:1', '0', '-drc_scale:2', '0'];
    expect(args.slice(args.indexOf('-copyts'), args.indexOf('-i'))).toEqual(options);
    const dts = mediaInfo([videoStream(), audioStream({ codec: 'dts' })]);
    expect(audioArgs({ input: '/s.mkv', output: '/a.mka', info: dts, plan: planOf(dts) })).not.toContain(
      '-drc_scale:1',
    );
    expect(
      audioArgs({ input: '/s', output: '/a', info, plan: planOf(info, { audio: { codec: 'copy' } }) }),
    ).toBeNull();
  });

  it('copies through a file of its own what is not in Matroska yet', () => {
    const streams = [
      videoStream(),
      audioStream(),
      subtitleStream({ codec: 'dvd_subtitle', format: 'bitmap' }),
    ];
    const part = (info: MediaInfo) =>
      restArgs({ input: '/s', output: '/r', info, plan: planOf(info, { audio: { codec: 'copy' } }) });
    expect(part(mediaInfo(streams))).toBeNull();
    const args = part(mediaInfo(streams, MP4))!;
    expect(args.filter((_, at) => args[at - 1] === '-map')).toEqual(['0:1', '0:2']);
  });
});

describe('muxArgs', () => {
  it('joins a Matroska file from the picture, the sound and the source', () => {
    const info = mediaInfo([
      videoStream({
        sampleAspectRatio: { numerator: 64, denominator: 45 },
        width: 720,
        height: 576,
        language: 'eng',
      }),
      audioStream({
        title: '@home',
        disposition: { ...videoStream().disposition, default: true, comment: true },
      }),
      audioStream({ index: 2, codec: 'truehd', lossless: true }),
      subtitleStream({ index: 3 }),
      streamOf('attachment', 4),
    ]);
    const files = { ...NO_FILES, video: '/v.ivf', timestamps: '/t.txt', audio: '/a.mka' };
    const { tool, args } = muxArgs({ source: '@s.mkv', output: '/o.mkv', info, plan: planOf(info), files });
    const text = shellQuote(args);
    expect(tool).toBe('mkvmerge');
    expect(text).toContain('--track-order 0:0,1:0,2:2,2:3');
    expect(text).toContain('--timestamps 0:/t.txt --default-duration 0:24/1fps --language 0:eng');
    expect(text).toContain('--display-dimensions 0:1024x576');
    expect(text).toContain('--track-name 0:@home --default-track-flag 0:1');
    expect(text).toContain('--commentary-flag 0:1');
    expect(text).toContain('--no-video --audio-tracks 2 --subtitle-tracks 3 --no-buttons ./@s.mkv');
    expect(args.some((argument) => argument.startsWith('@'))).toBe(false);
  });

  it('turns a copied picture as it was, and takes one of AVI straight from it', () => {
    const copyAll: ProfileInput = {
      video: { codec: 'copy' },
      audio: { codec: 'copy' },
      act: { goodContainers: ['mkv'], minimumExpectedSaving: -5, minimumSaving: -5 },
    };
    const parts = (rotation: 0 | 90 | 180 | 270, formatNames: string[]) => {
      const info = mediaInfo([videoStream({ rotation }), audioStream()], { formatNames });
      const plan = planOf(info, copyAll);
      const rest = restArgs({ input: '/s', output: '/r', info, plan })!;
      const files = { ...NO_FILES, rest: '/r.mkv' };
      return {
        mapped: rest.filter((_, at) => rest[at - 1] === '-map'),
        mux: shellQuote(muxArgs({ source: '/s', output: '/o.mkv', info, plan, files }).args),
      };
    };
    expect(parts(0, ['mov']).mux).not.toContain('--projection');
    expect(parts(90, ['mov']).mux).toContain('--projection-type 0:0 --projection-pose-roll 0:-90');
    expect(parts(180, ['mov']).mux).toContain('--projection-pose-roll 0:-180');
    expect(parts(270, ['mov']).mux).toContain('--projection-pose-roll 0:90');
    const avi = parts(0, ['avi']);
    expect(avi.mapped).toEqual(['0:1']);
    expect(avi.mux).toContain('--track-order 1:0,0:0');
    expect(avi.mux).toContain('--video-tracks 0 --no-audio --no-subtitles /s');
  });

  it('never hands mkvmerge a title that it would take for a file', () => {
    for (const title of ['@x', 'plain']) {
      const info = mediaInfo([videoStream()], { ...MP4, tags: { title, artist: '<&>\u0001', encoder: 'x' } });
      const { args } = muxArgs({
        source: '/s',
        output: '/o',
        info,
        plan: planOf(info),
        files: { ...NO_FILES, video: '/v' },
      });
      expect(args.includes('--title')).toBe(title === 'plain');
      expect(tagsXml(info)).toContain('<Name>ARTIST</Name><String>&lt;&amp;&gt;</String>');
      expect(tagsXml(info)!.includes('<Name>TITLE</Name><String>@x</String>')).toBe(title === '@x');
      expect(tagsXml(info)).not.toContain('ENCODER');
    }
  });

  it('joins an MP4 with ffmpeg', () => {
    const info = mediaInfo([
      videoStream(),
      audioStream({ language: 'ger' }),
      subtitleStream(),
      streamOf('cover', 3),
    ]);
    const { tool, args } = muxArgs({
      source: '/s.mkv',
      output: '/o.mp4',
      info,
      plan: planOf(info, { container: 'mp4' }),
      files: { ...NO_FILES, video: '/v.ivf', audio: '/a.mka', subtitles: '/s.mks' },
    });
    const text = shellQuote(args);
    expect(tool).toBe('ffmpeg');
    expect(text).toContain(
      '-i file:/v.ivf -i file:/a.mka -i file:/s.mks -i file:/s.mkv -map 0:0 -map 1:0 -map 2:0 -map 3:3',
    );
    expect(text).toContain('-map_metadata 3 -map_chapters 3 -c:0 copy');
    expect(text).toContain('-c:2 mov_text');
    expect(text).toContain('-metadata:s:1 language=ger');
  });

  it('writes chapters on the clock of the output', () => {
    const info = {
      ...mediaInfo([videoStream()], { ...MP4, startSeconds: 1.4 }),
      chapters: [{ startSeconds: 3661.9, endSeconds: 3700, title: 'One & <two>' }],
    };
    expect(chaptersXml(info)).toContain('<ChapterTimeStart>01:01:00.500000000</ChapterTimeStart>');
    expect(chaptersXml(info)).toContain('<ChapterString>One &amp; &lt;two&gt;</ChapterString>');
    expect(chaptersXml(mediaInfo())).toBeNull();
  });
});

it('decodes everything, and stops at the first fault', () => {
  expect(shellQuote(decodeArgs('a:b'))).toContain(
    '-v error -progress pipe:1 -stats_period 0.5 -err_detect explode -xerror -i file:a:b',
  );
  // Of the streams that are not asked for, it says nothing.
  expect(shellQuote(decodeArgs('a:b', [0, 2], false))).toContain(
    '-xerror -nofind_stream_info -i file:a:b -map 0:0 -map 0:2',
  );
  // Sound has more frames than Matroska has milliseconds.
  expect(decodeArgs('a:b')).toContain('-enc_time_base:v');
});

it.each([
  ['0.480000', '480.000000'],
  ['0.041667,', '41.667000'],
  ['', null],
  ['N/A', null],
])('turns %j into %j', (line, expected) => {
  expect(timestampLine(line)).toBe(expected);
});
