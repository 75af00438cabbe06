import { describe, expect, it } from 'vitest';
import {
  audioStream,
  mediaInfo,
  streamOf,
  subtitleStream,
  videoStream,
} from '../media/media-info.fixture.js';
import { dolbyVisionFilm, MEL } from '../media/dolby-vision.fixture.js';
import type { MediaInfo, VideoStream } from '../media/media-info.js';
import { decide } from '../plan/decide.js';
import type { AddedAudio, Plan } from '../plan/plan.types.js';
import { profileSchema, type ProfileInput } from '../profile/schema/index.js';
import { audioArgs } from './audio-args.js';
import { muxArgs } from './mux-args.js';
import type { MuxFiles } from './mux.types.js';
import { shellQuote } from './shell-quote.js';
import { subtitleArgs } from './subtitle-args.js';

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

function planOf(info: MediaInfo, input: ProfileInput = {}): Plan {
  const decision = decide(info, profileSchema.parse(input));
  if (decision.verdict === 'skip') throw new Error(decision.reason.message);
  return decision.plan;
}

describe('muxArgs, as the plan has it', () => {
  const FULL = [
    videoStream(),
    audioStream({
      language: 'ger',
      title: 'Ton',
      disposition: { ...videoStream().disposition, default: true },
    }),
    subtitleStream({ index: 2 }),
    streamOf('cover', 3),
    streamOf('attachment', 4),
    streamOf('cover', 5),
  ];
  const mkvOf = (info: MediaInfo, input: ProfileInput, change?: (plan: Plan) => void) => {
    const plan = planOf(info, input);
    change?.(plan);
    const files = {
      ...NO_FILES,
      video: '/v.mkv',
      timestamps: '/t',
      audio: '/a.mka',
      chapters: '/c.xml',
      tags: '/t.xml',
    };
    return shellQuote(muxArgs({ source: '/s.mkv', output: '/o.mkv', info, plan, files }).args);
  };

  it('leaves the times of a Matroska picture alone', () => {
    const text = mkvOf(mediaInfo(FULL), { video: { codec: 'hevc' } });
    expect(text).not.toContain('--timestamps');
    expect(text).not.toContain('--default-duration');
    expect(text).toContain('--no-track-tags --no-global-tags --no-chapters --language 0:und');
    expect(mkvOf(mediaInfo(FULL), {})).toContain('--timestamps 0:/t --default-duration 0:24/1fps');
  });

  it('gives HEVC in MP4 the name that every player knows', () => {
    const info = mediaInfo([videoStream()]);
    const argsOf = (codec: 'hevc' | 'h264') => {
      const plan = planOf(info, { container: 'mp4', video: { codec } });
      return muxArgs({
        source: '/s.mkv',
        output: '/o.mp4',
        info,
        plan,
        files: { ...NO_FILES, video: '/v.mkv' },
      }).args;
    };
    expect(shellQuote(argsOf('hevc'))).toContain('-c:0 copy -tag:0 hvc1');
    expect(argsOf('h264')).not.toContain('hvc1');
  });

  it('doubles the rate where each field becomes a frame', () => {
    const text = mkvOf(mediaInfo(FULL), {}, (plan) => {
      const [entry] = plan.streams;
      if (entry?.action === 'encode-video') entry.video = { ...entry.video, framesPerFrame: 2 };
    });
    expect(text).toContain('--default-duration 0:48/1fps');
  });

  it.each<[string | null, VideoStream['chroma'], string | null]>([
    ['left', '420', '1,2'],
    ['topleft', '420', '1,1'],
    ['center', '420', '2,2'],
    ['top', '420', '2,1'],
    ['bottom', '420', null],
    [null, '420', null],
    ['topleft', '422', null],
  ])('says where chroma lies: %s of %s is %s', (chromaLocation, chroma, expected) => {
    const stream = videoStream({ chroma, color: { ...videoStream().color, chromaLocation } });
    const text = mkvOf(mediaInfo([stream]), { video: { highChroma: 'reduce' } });
    if (expected === null) expect(text).not.toContain('--chroma-siting');
    else expect(text).toContain(` --chroma-siting 0:${expected} `);
  });

  it.each<[string, number[], string | null]>([
    ['nothing', [], null],
    ['one cover', [3], '--attachments 2,3'],
    ['the font', [4], '--attachments 1,3'],
    ['everything', [3, 4, 5], '--no-attachments'],
  ])('leaves out %s of what is attached', (_name, dropped, expected) => {
    const text = mkvOf(mediaInfo(FULL), {}, (plan) => {
      plan.streams = plan.streams.map((entry) =>
        dropped.includes(entry.index) ? { index: entry.index, reason: entry.reason, action: 'drop' } : entry,
      );
    });
    if (expected === null) expect(text).not.toContain('attachments');
    else expect(text).toContain(` ${expected} `);
  });

  it('leaves out chapters and tags, and the title with them', () => {
    const info = mediaInfo(FULL);
    const source = '--no-buttons --no-chapters --no-track-tags --no-global-tags /s.mkv';
    const text = mkvOf(info, { keep: { chapters: false, tags: false } });
    expect(text).toContain(source);
    expect(text).toContain("--title ''");
    expect(text).not.toMatch(/--chapters|--global-tags/);
    const kept = mkvOf(info, {});
    expect(kept).toContain('--chapters /c.xml --global-tags /t.xml');
    expect(kept).toContain('--no-buttons /s.mkv');
    const mp4 = (keep: ProfileInput['keep']) => {
      const plan = planOf(info, { container: 'mp4', ...(keep === undefined ? {} : { keep }) });
      return shellQuote(muxArgs({ source: '/s.mkv', output: '/o', info, plan, files: NO_FILES }).args);
    };
    expect(mp4({ tags: false })).toContain('-map_metadata:g -1 -map_metadata:s -1 -map_chapters 0');
    expect(mp4({ chapters: false })).toContain('-map_metadata 0 -map_chapters -1');
  });

  it.each([
    ['A film', null],
    ['Am\u{fffd}lie', "--title 'Am\u{fffd}lie'"],
    ['', null],
  ])('leaves a title of Matroska to mkvmerge, unless it is no text: %j', (title, flag) => {
    const text = mkvOf(mediaInfo(FULL, { tags: { title } }), {});
    if (flag === null) expect(text).not.toContain('--title');
    else expect(text).toContain(flag);
  });

  const MIX: AddedAudio = {
    from: 1,
    title: 'Stereo',
    audio: {
      codec: 'aac',
      bitRate: 128,
      channels: 2,
      channelLayout: 'stereo',
      channelFilter: 'pan=stereo|FL=FL|FR=FR',
    },
    reason: { code: 'test', message: 'test' },
  };

  it('puts an added track behind the one that it is made of, without flags', () => {
    const info = mediaInfo(FULL);
    const text = mkvOf(info, {}, (plan) => {
      plan.added = [MIX];
    });
    expect(text).toContain('--track-order 0:0,1:0,1:1,2:2');
    expect(text).toContain('--language 1:ger --track-name 1:Stereo --default-track-flag 1:0');
    expect(text).toContain('--language 0:ger --track-name 0:Ton --default-track-flag 0:1');
    const plan = { ...planOf(info, { container: 'mp4' }), added: [MIX] };
    const files = { ...NO_FILES, video: '/v.ivf', audio: '/a.mka' };
    const mp4 = shellQuote(muxArgs({ source: '/s.mkv', output: '/o', info, plan, files }).args);
    expect(mp4).toContain('-map 0:0 -map 1:0 -map 1:1');
    expect(mp4).toContain('-disposition:2 0 -metadata:s:2 language=ger -metadata:s:2 title=Stereo');
    const sound = shellQuote(audioArgs({ input: '/s', output: '/a', info, plan })!);
    expect(sound).toContain('-map 0:1 -map 0:1');
    expect(sound).toContain("-c:a:1 aac -b:a:1 128k -filter:a:1 'pan=stereo|FL=FL|FR=FR'");
  });

  it('puts an added track in the place of a stream that is copied or dropped', () => {
    const info = mediaInfo(FULL);
    for (const [action, order] of [
      ['copy', '0:0,2:1,1:0,2:2'],
      ['drop', '0:0,1:0,2:2'],
    ] as const) {
      const text = mkvOf(info, {}, (plan) => {
        plan.added = [MIX];
        plan.streams[1] = { index: 1, reason: MIX.reason, action };
      });
      expect(text).toContain(`--track-order ${order}`);
    }
  });
});

describe('muxArgs for a raw picture', () => {
  const raw = (way: 'convert' | 'reencode', special: Partial<VideoStream>, videoStart?: number) => {
    const info = dolbyVisionFilm(MEL, special);
    const files = { ...NO_FILES, video: '/v.hevc', ...(videoStart === undefined ? {} : { videoStart }) };
    const plan = planOf(info, { dolbyVision: { profile7Mel: way } });
    return shellQuote(muxArgs({ source: '/s.mkv', output: '/o.mkv', info, plan, files }).args);
  };

  it.each<['convert' | 'reencode', Partial<VideoStream>, number | undefined, string[], string[]]>([
    ['convert', {}, undefined, ['--default-duration 0:24000/1001fps --language'], ['--sync', '--timestamps']],
    [
      'reencode',
      {},
      undefined,
      ['--default-duration 0:24000/1001fps --language'],
      ['--sync', '--timestamps'],
    ],
    ['convert', {}, 0.0834, ['--sync 0:83'], []],
    ['reencode', {}, 3.6, ['--sync 0:3600'], []],
    ['convert', {}, 0.0004, [], ['--sync']],
    ['convert', {}, 0, ['--max-content-light 0:1000', '--max-luminance 0:1000.0000', '--no-video'], []],
    [
      'convert',
      { rotation: 90 },
      0,
      ['--projection-pose-roll 0:-90', '--display-dimensions 0:3840x2160'],
      [],
    ],
    [
      'convert',
      { rotation: 90, sampleAspectRatio: { numerator: 4, denominator: 3 } },
      0,
      ['--display-dimensions 0:5120x2160'],
      [],
    ],
  ])('%s %j from %s s', (way, special, start, present, absent) => {
    const args = raw(way, special, start);
    for (const words of present) expect(args).toContain(words);
    for (const words of absent) expect(args).not.toContain(words);
  });

  it('keeps the order of the tracks', () => {
    expect(raw('convert', {})).toContain('--track-order 0:0,1:1');
  });
});

describe('subtitleArgs', () => {
  it.each([
    ['srt', 'subrip'],
    ['ass', 'ass'],
    ['webvtt', 'webvtt'],
    ['mov_text', 'subrip'],
  ] as const)('writes text as %s', (format, codec) => {
    const info = mediaInfo([videoStream(), subtitleStream({ index: 1 })]);
    const plan = planOf(info);
    plan.streams[1] = {
      index: 1,
      reason: { code: 'test', message: 'test' },
      action: 'convert-subtitle',
      format,
    };
    expect(shellQuote(subtitleArgs({ input: '/s', output: '/o', info, plan })!)).toContain(
      `-c:s:0 ${codec} `,
    );
  });
});
