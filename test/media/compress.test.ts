import { stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { streamsOf, type VideoStream } from '#engine/media/media-info.js';
import { sourceIsTruncated } from '#engine/verify/verify.js';
import { fullMatroska, REAL } from '../support/media.js';
import { compress, TEST_PROFILE, type Compressed } from './compress.js';
import { ffmpeg, measure, probe, run, withFolder } from './tools.js';

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '6'];

/** Small pictures of a real film, at a wasteful bit rate. */
async function bunny(file: string, ...more: string[]): Promise<string> {
  await ffmpeg('-ss', '8', '-t', '1', '-i', REAL.bunny, '-vf', 'scale=192:108', ...X264, ...more, file);
  return file;
}

/** Seconds between picture and sound of one file, by the first packets that a player shows. */
function lead(measured: Compressed['measured'], video: number, audio: number): number {
  const first = (index: number) => measured.streams.find((stream) => stream.index === index)!.firstSeconds!;
  return first(audio) - first(video);
}

const videoOf = (result: Compressed): VideoStream => streamsOf(result.info, 'video')[0]!;

describe('containers and clocks', () => {
  const cases: [name: string, make: (folder: string) => Promise<string>][] = [
    [
      'MP4 with B-frames, AAC priming and an edit list',
      (folder) => bunny(path.join(folder, 's.mp4'), '-bf', '2', '-c:a', 'aac'),
    ],
    [
      'MP4 cut in the middle of a group of pictures',
      async (folder) => {
        const whole = await bunny(
          path.join(folder, 'w.mp4'),
          '-g',
          '12',
          '-bf',
          '2',
          '-c:a',
          'aac',
          '-b:a',
          '400k',
        );
        const cut = path.join(folder, 's.mp4');
        await ffmpeg('-ss', '0.3', '-i', whole, '-c', 'copy', cut);
        return cut;
      },
    ],
    [
      'MPEG-TS that starts at ten seconds, sound first',
      async (folder) => {
        const file = path.join(folder, 's.ts');
        await ffmpeg('-t', '2', '-i', REAL.sintel, '-copyts', ...X264, '-c:a', 'copy', file);
        return file;
      },
    ],
    [
      'MPEG-PS',
      async (folder) => {
        const file = path.join(folder, 's.mpg');
        await ffmpeg(
          '-t',
          '1',
          '-i',
          REAL.bunny,
          '-vf',
          'scale=192:108',
          '-c:v',
          'mpeg2video',
          '-q:v',
          '2',
          '-r',
          '25',
          '-c:a',
          'mp2',
          '-ac',
          '2',
          '-f',
          'vob',
          file,
        );
        return file;
      },
    ],
    [
      'Matroska whose sound starts late, at a variable rate',
      async (folder) => {
        const file = path.join(folder, 's.mkv');
        await ffmpeg(
          ...[
            '-ss',
            '8',
            '-t',
            '1',
            '-i',
            REAL.bunny,
            '-fps_mode',
            'passthrough',
            '-enc_time_base',
            '1/1000',
          ],
          ...[
            '-vf',
            "scale=192:108,select='not(eq(mod(n,7),3))',setpts=PTS+0.5/TB",
            '-af',
            'asetpts=PTS+0.7/TB',
          ],
          ...[...X264, '-c:a', 'ac3', '-b:a', '448k', file],
        );
        return file;
      },
    ],
  ];

  it.each(cases)('%s: picture and sound stay together', async (_name, make) => {
    await withFolder(async (folder) => {
      const source = await make(folder);
      for (const codec of ['opus', 'copy'] as const) {
        const result = await compress(source, folder, {
          ...TEST_PROFILE,
          audio: { codec, keepCodecs: [], bitRates: { surround: 96, stereo: 48 } },
        });
        expect(result.findings).toEqual([]);
        const audio = result.plan.streams.find(({ index }) => index === 1)!;
        expect(audio.action).toBe(codec === 'opus' ? 'encode-audio' : 'copy');
        const before = lead(result.sourceMeasured, 0, 1);
        // A copy takes its priming along, which begins before what is shown.
        const priming = codec === 'copy' ? 0.05 : 0.025;
        const discarded = result.sourceMeasured.streams.find(({ index }) => index === 1)!.discarded > 1;
        if (codec === 'opus' || !discarded)
          expect(Math.abs(lead(result.measured, 0, 1) - before)).toBeLessThan(priming);
      }
    });
  });

  it('keeps every timestamp of a variable rate to the millisecond', async () => {
    await withFolder(async (folder) => {
      const source = await cases[4]![1](folder);
      const { output } = await compress(source, folder);
      const times = async (file: string) =>
        (
          await run('ffprobe', [
            '-v',
            'error',
            '-select_streams',
            'v:0',
            '-show_entries',
            'packet=pts_time',
            '-of',
            'csv=p=0',
            file,
          ])
        ).stdout
          .split('\n')
          .map(Number.parseFloat)
          .filter(Number.isFinite)
          .sort((a, b) => a - b);
      expect(await times(output)).toEqual(await times(source));
    });
  });
});

describe('pictures', () => {
  let base: string[];
  beforeAll(() => {
    base = ['-ss', '8', '-t', '0.5', '-i', REAL.bunny, '-an'];
  });

  it('rounds odd sizes down, keeps the shape of pixels, and turns what is to be turned', async () => {
    await withFolder(async (folder) => {
      const flat = path.join(folder, 'flat.mp4');
      await ffmpeg(
        ...base,
        '-vf',
        'scale=161:91,setsar=4/3,format=yuv444p',
        '-c:v',
        'libx264',
        '-qp',
        '5',
        flat,
      );
      const odd = path.join(folder, 'odd.mkv');
      await ffmpeg('-i', flat, '-vf', 'format=gray', '-c:v', 'ffv1', odd);
      const result = await compress(odd, folder);
      expect(result.findings).toEqual([]);
      expect([videoOf(result).width, videoOf(result).height]).toEqual([160, 90]);

      const upright = path.join(folder, 'upright.mp4');
      await ffmpeg(...base, '-vf', 'scale=192:108,setsar=4/3', ...X264, upright);
      const turned = path.join(folder, 'turned.mp4');
      // Since version 6 ffmpeg writes it by an option, before that by a tag alone.
      await ffmpeg('-display_rotation', '90', '-i', upright, '-c', 'copy', turned).catch(async () =>
        ffmpeg('-i', upright, '-c', 'copy', '-metadata:s:v:0', 'rotate=90', turned),
      );
      const source = streamsOf(await probe(turned), 'video')[0]!;
      expect(source.rotation % 180).toBe(90);
      for (const container of ['mkv', 'mp4'] as const) {
        const made = await compress(turned, folder, { ...TEST_PROFILE, container });
        expect(made.findings).toEqual([]);
        expect([videoOf(made).width, videoOf(made).height, videoOf(made).rotation]).toEqual([108, 192, 0]);
      }
    });
  });

  it('carries HDR10 from where it was: in the picture alone', async () => {
    await withFolder(async (folder) => {
      const source = path.join(folder, 'hdr.ts');
      const light =
        'hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:' +
        'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400:log-level=0';
      await ffmpeg(
        ...base,
        '-vf',
        'scale=192:108',
        '-pix_fmt',
        'yuv420p10le',
        '-c:v',
        'libx265',
        '-qp',
        '8',
        '-x265-params',
        light,
        source,
      );
      const result = await compress(source, folder);
      expect(result.findings).toEqual([]);
      expect(videoOf(result).hdr).toMatchObject({
        format: 'hdr10',
        contentLight: { maxContent: 1000, maxAverage: 400 },
        masteringDisplay: { maxLuminance: 1000 },
        dolbyVision: null,
      });
      expect(videoOf(result).color).toMatchObject({
        primaries: 'bt2020',
        transfer: 'smpte2084',
        space: 'bt2020nc',
      });
    });
  });

  it('leaves full range full: black stays 0 and white 255', async () => {
    await withFolder(async (folder) => {
      const source = path.join(folder, 'full.mkv');
      await ffmpeg(
        '-f',
        'lavfi',
        '-i',
        "nullsrc=s=256x64:r=10:d=1,format=yuvj420p,geq=lum='X':cb=128:cr=128",
        '-c:v',
        'libx264',
        '-qp',
        '0',
        '-pix_fmt',
        'yuvj420p',
        source,
      );
      // What is too large for the source is not what this is about.
      const result = await compress(source, folder, {
        ...TEST_PROFILE,
        video: { preset: 12, crf: 10, filmGrain: 0 },
      });
      expect(result.findings.filter(({ code }) => code !== 'too_large')).toEqual([]);
      expect(videoOf(result).color.range).toBe('pc');
      const { stdout: stats } = await run('ffmpeg', [
        '-v',
        'error',
        '-i',
        result.output,
        '-frames:v',
        '1',
        '-vf',
        'signalstats,metadata=print:file=-',
        '-f',
        'null',
        '-',
      ]);
      const value = (key: string) => Number(new RegExp(`${key}=(\\d+)`).exec(stats)![1]) / 4;
      expect(value('YMIN')).toBeLessThan(6);
      expect(value('YMAX')).toBeGreaterThan(249);
    });
  });

  it('writes film grain into the stream', async () => {
    await withFolder(async (folder) => {
      const source = await bunny(path.join(folder, 's.mkv'), '-an');
      const result = await compress(source, folder, {
        ...TEST_PROFILE,
        video: { preset: 12, crf: 40, filmGrain: 8 },
      });
      expect(result.findings).toEqual([]);
      const { stderr } = await run('ffmpeg', [
        '-v',
        'trace',
        '-i',
        result.output,
        '-c',
        'copy',
        '-bsf:v',
        'trace_headers',
        '-f',
        'null',
        '-',
      ]);
      expect(stderr).toMatch(/apply_grain\s+1 = 1/);
    });
  });
});

describe('whole files', () => {
  it.each(['mkv', 'mp4', 'webm'] as const)(
    'carries over all that %s can hold, and says what it cannot',
    async (container) => {
      await withFolder(async (folder) => {
        const result = await compress(await fullMatroska(), folder, {
          ...TEST_PROFILE,
          container,
          audio: { keepCodecs: [] },
          subtitles: { misfits: 'drop' },
        });
        expect(result.findings).toEqual([]);
        const kept = result.plan.streams.filter(({ action }) => action !== 'drop').length;
        expect(result.info.streams.filter(({ kind }) => kind !== 'data').length).toBe(kept);
        for (const stream of result.info.streams)
          if (container === 'mkv' && stream.kind === 'video')
            expect(stream.tags['bps']).not.toBe(result.source.streams[0]!.tags['bps']);
      });
    },
  );

  it.each([
    ['Matroska', 'mkv', ['-c', 'copy']],
    ['MP4 with its index in front', 'mp4', ['-c', 'copy', '-movflags', '+faststart']],
    ['MPEG-TS', 'ts', ['-c', 'copy']],
  ])('finds the end of a %s file missing', async (_name, extension, args) => {
    await withFolder(async (folder) => {
      const file = path.join(folder, `s.${extension}`);
      await ffmpeg('-t', '5', '-i', REAL.bunny, ...args, file);
      expect(sourceIsTruncated(await probe(file), await measure(file))).toBeNull();
      await truncate(file, Math.floor((await stat(file)).size * 0.6));
      const found = sourceIsTruncated(await probe(file), await measure(file));
      // A transport stream has no header that could claim more.
      if (extension === 'ts') expect(found).toBeNull();
      else expect(found?.code).toBe('source_truncated');
    });
  });

  it.each(Object.entries(REAL))('takes %s for whole', async (_name, file) => {
    expect(sourceIsTruncated(await probe(file), await measure(file))).toBeNull();
  });
});

describe('names', () => {
  it.each([
    '-start.mkv',
    '@list',
    'it\'s 100% (a+b), c:d=e "f"; $(g) `h` 🎬.mkv',
    'two\nlines.mkv',
    '=x.mkv',
    '(x',
  ])('takes %j for a name and nothing else', async (name) => {
    await withFolder(async (folder) => {
      const plain = await bunny(
        path.join(folder, 'plain.mkv'),
        '-c:a',
        'ac3',
        '-metadata',
        `title=${name}`,
        '-metadata:s:a:0',
        `title=${name}`,
      );
      const source = path.join(folder, name);
      await run('mv', ['--', plain, source]);
      await writeFile(path.join(folder, 'other.mkv'), 'not a film');
      for (const container of ['mkv', 'mp4'] as const) {
        const result = await compress(source, folder, {
          ...TEST_PROFILE,
          container,
          audio: { bitRates: { surround: 96 } },
        });
        expect(result.findings).toEqual([]);
      }
    });
  });
});
