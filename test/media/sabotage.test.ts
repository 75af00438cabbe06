import { copyFile, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countArgs } from '#engine/command/count-args.js';
import { measureContent } from '#engine/pipelines/film/measure-content.js';
import { measureMetric } from '#engine/pipelines/film/measure-metric.js';
import type { ProfileInput } from '#engine/profile/schema/index.js';
import { CHECKS, CONTENT_CHECKS } from '#engine/verify/checks/index.js';
import { FINDING_CODES } from '#engine/verify/finding-codes.js';
import { checkMetric } from '#engine/verify/metric.js';
import { verify, verifyContent } from '#engine/verify/verify.js';
import { fullMatroska, REAL } from '../support/media.js';
import { compress, TEST_PROFILE } from './compress.js';
import { withDolbyVisionRecord } from './matrix/dolby-vision-record.js';
import { contentInput, examine, Spoiler, type Found, type Honest, remux } from './sabotage.js';
import { ffmpeg, run } from './tools.js';

const ALL_KEPT: ProfileInput = { ...TEST_PROFILE, audio: { keepCodecs: [] }, verify: {} };

let root: string;
const honest = new Map<string, Promise<Honest>>();

/** One honest output of each source, made once. */
async function honestOf(name: keyof typeof SOURCES): Promise<Honest> {
  const made =
    honest.get(name) ??
    (async () => {
      const folder = await mkdtemp(path.join(root, 'honest-'));
      const { make, profile } = SOURCES[name];
      const sourceFile = await make(folder);
      return { ...(await compress(sourceFile, folder, profile)), sourceFile, folder };
    })();
  honest.set(name, made);
  return made;
}

const MASTERING =
  'hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited:' +
  'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400:log-level=0';

const SOURCES = {
  /** two seconds of a film with all that is easily lost */
  film: {
    profile: ALL_KEPT,
    make: async (folder: string) => {
      const file = path.join(folder, 'source.mkv');
      await copyFile(await fullMatroska(), file);
      const tags = path.join(folder, 'artist.xml');
      const simple = '<Simple><Name>ARTIST</Name><String>Somebody</String></Simple>';
      await writeFile(tags, `<?xml version="1.0"?><Tags><Tag><Targets />${simple}</Tag></Tags>`);
      await run('mkvpropedit', ['-q', file, '--tags', `global:${tags}`]);
      return file;
    },
  },
  hdr: {
    profile: ALL_KEPT,
    make: async (folder: string) => {
      const file = path.join(folder, 'source.mkv');
      await ffmpeg(
        ...['-ss', '8', '-t', '1', '-i', REAL.bunny, '-an', '-vf', 'scale=192:108,setsar=4/3'],
        ...['-pix_fmt', 'yuv420p10le', '-c:v', 'libx265', '-preset', 'ultrafast', '-qp', '8'],
        ...['-x265-params', MASTERING, file],
      );
      return file;
    },
  },
  /** stored without any loss: a hundred times what an encode takes */
  huge: {
    profile: ALL_KEPT,
    make: async (folder: string) => {
      const file = path.join(folder, 'source.mkv');
      await ffmpeg(
        ...['-ss', '8', '-t', '1', '-i', REAL.bunny, '-an', '-vf', 'scale=960:540'],
        ...['-c:v', 'ffv1', file],
      );
      return file;
    },
  },
  dolbyVision: {
    profile: { ...ALL_KEPT, hdr: { dolbyVision: 'drop' } } satisfies ProfileInput,
    make: async (folder: string) => {
      const file = path.join(folder, 'source.mp4');
      await ffmpeg('-i', (await honestOf('hdr')).sourceFile, '-c', 'copy', '-tag:v', 'hvc1', file);
      await writeFile(file, withDolbyVisionRecord(await readFile(file), 8));
      return file;
    },
  },
  /** the same, copied into another container */
  keptDolbyVision: {
    profile: {
      ...ALL_KEPT,
      dolbyVision: { profile81: 'keep' },
      act: { goodContainers: ['mkv'], minimumExpectedSaving: -10, minimumSaving: -10 },
    } satisfies ProfileInput,
    make: async () => (await honestOf('dolbyVision')).sourceFile,
  },
} as const;

interface Row {
  what: string;
  source?: keyof typeof SOURCES;
  /** what must be found first */
  code: string;
  spoil: (spoiler: Spoiler, honest: Honest) => Promise<string>;
  /** what the source became meanwhile */
  sourceFile?: (spoiler: Spoiler) => Promise<string>;
}

const overwrite = async (file: string, part: number, bytes: number) => {
  const handle = await open(file, 'r+');
  const at = Math.floor((await stat(file)).size * part);
  await handle.write(Buffer.alloc(bytes, 0x55), 0, bytes, at);
  await handle.close();
  return file;
};
const cut = async (file: string, size: number) => {
  await truncate(file, size);
  return file;
};
const join = async (spoiler: Spoiler, ivf: string, ...options: string[]) => {
  const file = spoiler.name();
  const shape = ['--default-duration', '0:24fps', '--display-dimensions', '0:256x108'];
  await remux(spoiler.honest, file, ['-q', '-o', file, ...shape, ...options, ivf]);
  return file;
};
/** The picture with other tags inside, in IVF, which has no place for the container's. */
const retagged = async (spoiler: Spoiler, made: Honest, filter: string, ...options: string[]) => {
  const ivf = spoiler.name('ivf');
  await ffmpeg('-i', made.output, '-map', '0:V:0', '-c', 'copy', '-bsf:v', filter, ivf);
  return join(spoiler, ivf, ...options);
};

const ROWS: Row[] = [
  // Headers
  { what: 'a lost subtitle track', code: 'stream_count', spoil: (s) => s.merge('--subtitle-tracks', '3') },
  {
    what: 'a track too many',
    code: 'stream_count',
    spoil: async (s, { output, folder }) => {
      const text = path.join(folder, 'more.srt');
      await writeFile(text, '1\n00:00:00,200 --> 00:00:01,500\nMore\n');
      const file = s.name();
      await remux(s.honest, file, ['-q', '-o', file, output, text]);
      return file;
    },
  },
  {
    what: 'sound of another codec',
    code: 'stream_codec',
    spoil: (s) => s.sound(['-c:a', 'ac3', '-b:a', '256k']),
  },
  {
    what: 'swapped languages',
    code: 'language',
    spoil: (s) =>
      s.edit('--edit', 'track:s1', '--set', 'language=ger', '--edit', 'track:s2', '--set', 'language=eng'),
  },
  {
    what: 'a lost forced flag',
    code: 'disposition',
    spoil: (s) => s.edit('--edit', 'track:s2', '--set', 'flag-forced=0'),
  },
  {
    what: 'a lost default flag',
    code: 'disposition',
    spoil: (s) => s.edit('--edit', 'track:a1', '--set', 'flag-default=0'),
  },
  {
    what: 'a renamed track',
    code: 'track_title',
    spoil: (s) => s.edit('--edit', 'track:a1', '--set', 'name=Stereo'),
  },
  { what: 'a lost title', code: 'title', spoil: (s) => s.edit('--edit', 'info', '--delete', 'title') },
  { what: 'lost tags', code: 'tags', spoil: (s) => s.edit('--tags', 'global:') },
  { what: 'lost chapters', code: 'chapters', spoil: (s) => s.edit('--chapters', '') },
  {
    what: 'a renamed chapter',
    code: 'chapters',
    spoil: async (s, { output, folder }) => {
      const xml = path.join(folder, 'chapters.xml');
      const { stdout } = await run('mkvextract', [output, 'chapters', '-']);
      await writeFile(xml, stdout.replace('>End<', '>The end<'));
      return s.edit('--chapters', xml);
    },
  },
  {
    what: 'another day',
    code: 'date',
    spoil: (s) => s.edit('--edit', 'info', '--set', 'date=2001-01-01T00:00:00Z'),
  },
  { what: 'another size', code: 'picture_size', spoil: (s) => s.picture(['-vf', 'scale=320:178']) },
  { what: '8 bits for 10', code: 'pixel_format', spoil: (s) => s.picture(['-pix_fmt', 'yuv420p']) },
  {
    what: 'another aspect ratio',
    code: 'picture_shape',
    spoil: (s) => s.edit('--edit', 'track:v1', '--set', 'display-width=360'),
  },
  {
    what: 'a lost aspect ratio',
    source: 'hdr',
    code: 'picture_shape',
    spoil: (s) => s.edit('--edit', 'track:v1', '--set', 'display-width=192'),
  },
  {
    what: 'a lost mastering display',
    source: 'hdr',
    code: 'hdr_mastering_display',
    spoil: async (s, { output }) => {
      const [plain, ivf] = [s.name('y4m'), s.name('ivf')];
      const colors = ['-color_primaries', '9', '-color_trc', '16', '-colorspace', '9', '-color_range', '1'];
      // A newer ffmpeg would hand it over by itself.
      await ffmpeg('-i', output, '-map', '0:V:0', '-strict', '-1', plain);
      await ffmpeg(
        ...['-i', plain, '-c:v', 'libsvtav1', '-preset', '12', '-crf', '40'],
        ...['-pix_fmt', 'yuv420p10le', ...colors, '-chroma_sample_location', 'left', ivf],
      );
      return join(s, ivf);
    },
  },
  {
    what: 'lost colours',
    source: 'hdr',
    code: 'color',
    spoil: (s, made) =>
      retagged(
        s,
        made,
        'av1_metadata=color_primaries=2:transfer_characteristics=2:matrix_coefficients=2',
        ...['--color-range', '0:1'],
      ),
  },
  {
    what: 'full range said where limited was',
    source: 'hdr',
    code: 'color',
    spoil: (s, made) => retagged(s, made, 'av1_metadata=color_range=pc', '--color-range', '0:2'),
  },
  {
    what: 'chroma said to lie elsewhere',
    source: 'hdr',
    code: 'color',
    spoil: (s, made) => retagged(s, made, 'av1_metadata=chroma_sample_position=colocated'),
  },
  {
    what: 'full range said where nothing was',
    code: 'color',
    spoil: (s) => s.picture(['-color_range', '2']),
  },
  {
    what: 'two channels for six',
    code: 'channels',
    spoil: (s) => s.sound(['-ac', '2']),
  },
  {
    what: 'a missing font',
    code: 'attachment',
    spoil: (s) => s.edit('--delete-attachment', 'mime-type:font/ttf'),
  },
  {
    what: 'a missing cover',
    code: 'cover',
    spoil: (s) => s.edit('--delete-attachment', 'mime-type:image/jpeg'),
  },
  // Packets
  { what: 'sound 300 ms late', code: 'start_time', spoil: (s) => s.merge('--sync', '1:300') },
  { what: 'sound cut off', code: 'end_time', spoil: (s) => s.sound(['-t', '1.5']) },
  {
    what: 'picture cut off',
    code: 'end_time',
    spoil: (s) => s.picture(['-frames:v', '40']),
  },
  {
    what: 'frames lost in the middle',
    code: 'packet_count',
    spoil: (s) => s.picture(['-vf', "select='not(between(n,20,21))'"]),
  },
  {
    what: 'a lost line of subtitles',
    code: 'packet_count',
    spoil: async (s, { output, folder }) => {
      const empty = path.join(folder, 'empty.srt');
      await writeFile(
        empty,
        '1\n00:00:00,200 --> 00:00:00,800\nHello\n\n2\n00:00:00,900 --> 00:00:01,500\nyou\n',
      );
      const file = s.name();
      await remux(s.honest, file, [
        ...[
          '-q',
          '-o',
          file,
          '--track-order',
          '1:0,1:1,0:0,1:3',
          '--language',
          '0:eng',
          '--track-name',
          '0:Full',
        ],
        ...['--default-track-flag', '0:no', empty, '--subtitle-tracks', '3', output],
      ]);
      return file;
    },
  },
  {
    what: 'more than the profile allows',
    code: 'too_large',
    spoil: (s, { sourceFile }) =>
      s.merge('--attachment-name', 'more', '--attachment-mime-type', 'x/y', '--attach-file', sourceFile),
  },
  {
    what: 'hardly anything',
    source: 'huge',
    code: 'too_small',
    spoil: async (s) => {
      const file = s.name();
      await ffmpeg(
        ...['-f', 'lavfi', '-i', 'color=black:s=960x540:r=24:d=1', '-c:v', 'libsvtav1', '-preset', '12'],
        ...['-disposition:v', 'default', '-pix_fmt', 'yuv420p10le', '-chroma_sample_location', 'left', file],
      );
      return file;
    },
  },
  // Pictures and sound
  {
    what: 'another film',
    code: 'picture_content',
    spoil: (s) =>
      s.picture(
        ['-vf', 'scale=320:180,setsar=1,setpts=PTS-STARTPTS+0.021/TB', '-frames:v', '48'],
        ['-ss', '20', '-i', REAL.bunny],
      ),
  },
  {
    what: 'black for the film',
    code: 'picture_content',
    spoil: (s) => s.picture(['-vf', 'drawbox=t=fill:c=black']),
  },
  {
    what: 'every picture a frame late',
    code: 'picture_shift',
    spoil: (s) => s.picture(['-vf', 'tpad=start=1:start_mode=clone,trim=end_frame=48']),
  },
  {
    what: 'a frame doubled in the first half and one dropped at the end of it',
    code: 'picture_shift',
    spoil: (s) =>
      s.picture(['-vf', "loop=loop=1:size=1:start=8,select='not(eq(n,46))',setpts=N/(24*TB)+0.021/TB"]),
  },
  {
    what: 'a picture that stands still',
    code: 'picture_frozen',
    spoil: (s) =>
      s.picture(['-vf', "split[a][b];[b]select='eq(n,24)',setpts=0[f];[a][f]overlay=eof_action=repeat"]),
  },
  { what: 'silence for sound', code: 'audio_silent', spoil: (s) => s.sound(['-af', 'volume=0']) },
  {
    what: 'sound 300 ms late inside its track',
    code: 'audio_shift',
    spoil: (s) => s.sound(['-af', 'adelay=300:all=1,atrim=end=2.02']),
  },
  {
    what: 'other sound',
    code: 'audio_content',
    spoil: (s) => s.sound(['-af', 'asetpts=PTS-STARTPTS', '-t', '2'], ['-ss', '14', '-i', REAL.bunny]),
  },
  {
    what: 'left for right',
    code: 'channel_order',
    spoil: (s) => s.sound(['-af', 'channelmap=1|0|2|3|4|5:5.1']),
  },
  {
    what: 'channels in the order of another codec',
    code: 'channel_order',
    spoil: (s) => s.sound(['-af', 'channelmap=0|2|1|4|5|3:5.1']),
  },
  {
    what: 'one channel silent',
    code: 'audio_content',
    spoil: (s) => s.sound(['-af', 'pan=5.1|c0=c0|c1=0*c1|c2=c2|c3=c3|c4=c4|c5=c5']),
  },
  // What cannot even be looked at
  {
    what: 'a source that can no longer be read',
    code: 'content_unmeasured',
    spoil: (_s, { output }) => Promise.resolve(output),
    source: 'film',
    sourceFile: async (s) => cut(await s.copy(), 55),
  },
  { what: 'an empty file', code: 'output_unreadable', spoil: async (s) => cut(await s.copy(), 0) },
  { what: 'a stub', code: 'output_unreadable', spoil: async (s) => cut(await s.copy(), 55) },
  {
    what: 'damage in the middle',
    code: 'output_damaged',
    spoil: async (s) => overwrite(await s.copy(), 0.5, 200),
  },
  {
    what: 'a stale Dolby Vision record',
    source: 'dolbyVision',
    code: 'dolby_vision',
    spoil: async (s, { sourceFile }) => {
      const file = s.name();
      await ffmpeg(
        ...['-i', sourceFile, '-map', '0:V:0', '-c:v', 'libsvtav1', '-preset', '12', '-crf', '45'],
        ...['-pix_fmt', 'yuv420p10le', '-disposition:v', 'default', file],
      );
      return file;
    },
  },
  {
    what: 'a lost Dolby Vision record',
    source: 'keptDolbyVision',
    code: 'dolby_vision_record',
    spoil: async (s) => {
      const file = await s.copy();
      const bytes = await readFile(file);
      bytes.write('none', bytes.indexOf('dvvC'), 'latin1');
      await writeFile(file, bytes);
      return file;
    },
  },
];

/** Of results that dovi_tool alone can make: test/media/dolby-vision shows what they find. */
const ELSEWHERE: readonly string[] = ['checkDolbyVision'];

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'boilarr-sabotage-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const found = new Map<string, Found[]>();

describe('sabotage', () => {
  it.each([...new Set(ROWS.map(({ source = 'film' }) => source))])(
    '%s: an honest output passes',
    async (name) => {
      const made = await honestOf(name);
      expect(await examine(made, made.output)).toEqual([]);
    },
  );

  it.each(ROWS)('finds $what', async ({ what, source = 'film', code, spoil, sourceFile }) => {
    const made = await honestOf(source);
    const spoiler = new Spoiler(made);
    const changed = (await sourceFile?.(spoiler)) ?? made.sourceFile;
    const findings = await examine({ ...made, sourceFile: changed }, await spoil(spoiler, made));
    found.set(what, findings);
    expect(findings[0]?.code, JSON.stringify(findings)).toBe(code);
    for (const finding of findings)
      if (finding.check !== 'probe' && finding.check !== 'decode')
        expect(Object.keys(FINDING_CODES)).toContain(finding.code);
  });

  it('needs each of its checks: without one, something passes unnoticed', () => {
    const needless = [...CHECKS, ...CONTENT_CHECKS]
      .map(({ name }) => name)
      .filter((name) => !ELSEWHERE.includes(name))
      .filter(
        (name) =>
          !ROWS.some(({ what, code }) => {
            const all = found.get(what) ?? [];
            return all[0]?.code === code && all.every(({ check }) => check === name);
          }),
      );
    expect(needless).toEqual([]);
  });
});

describe('the quality that a profile demands', () => {
  it.each([
    [0.9, null],
    [0.9999, 'quality_below_floor'],
  ])('SSIM of at least %d', async (minimum, expected) => {
    const made = await honestOf('film');
    const metric = await measureMetric(contentInput(made, made.output, made.info), { name: 'ssim', minimum });
    expect(metric?.samples.length).toBe(1);
    expect(metric?.samples[0]).toBeGreaterThan(0.9);
    expect(checkMetric(metric!)[0]?.code ?? null).toBe(expected);
  });

  it('compares frame with frame: a picture one frame late resembles less', async () => {
    const made = await honestOf('film');
    const late = await new Spoiler(made).picture(['-vf', 'tpad=start=1:start_mode=clone,trim=end_frame=48']);
    const measure = async (file: string) =>
      (await measureMetric(contentInput(made, file, made.info), { name: 'ssim', minimum: 0.5 }))!.samples[0]!;
    expect(await measure(late)).toBeLessThan((await measure(made.output)) - 0.01);
  });
});

describe('damaged sources', () => {
  const PROFILE: ProfileInput = { ...ALL_KEPT, video: { ...TEST_PROFILE.video, closedCaptions: 'drop' } };

  /** Frames that ffmpeg shows of a source, as the step counts them. */
  async function countFrames(file: string) {
    const { stdout, stderr } = await run('ffmpeg', countArgs(file, 0));
    const frames = [...stdout.matchAll(/^frame=(\d+)/gm)].at(-1)?.[1];
    return { frames: Number(frames), damaged: stderr !== '' };
  }

  it.each<[string, (folder: string) => Promise<string>]>([
    [
      'H.264 in Matroska with 200 bytes overwritten',
      async (folder) => {
        const file = path.join(folder, 'source.mkv');
        await copyFile(await fullMatroska(), file);
        return overwrite(file, 0.4, 200);
      },
    ],
    [
      'MPEG-TS with three packets lost',
      async (folder) => {
        const file = path.join(folder, 'source.ts');
        const bytes = await readFile(REAL.sintel);
        const at = Math.floor(bytes.length / 188 / 2) * 188;
        await writeFile(file, Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 3 * 188)]));
        return file;
      },
    ],
  ])('%s: what plays is encoded', async (_name, make) => {
    const folder = await mkdtemp(path.join(root, 'damaged-'));
    const source = await make(folder);
    const made = await compress(source, folder, PROFILE);
    const sourceFrames = await countFrames(source);
    expect(sourceFrames.damaged).toBe(true);
    const { source: info, sourceMeasured, info: output, measured: outputMeasured, plan } = made;
    expect(verify({ source: info, sourceMeasured, output, outputMeasured, plan, sourceFrames })).toEqual([]);
    const content = await measureContent(
      contentInput({ ...made, sourceFile: source, folder }, made.output, made.info),
    );
    expect(verifyContent(content)).toEqual([]);
  });
});
