import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SOFTWARE_ENCODERS } from '#engine/command/encoders/index.js';
import { videoEncode } from '#engine/command/encoders/testing/video-encode.js';
import { muxArgs } from '#engine/command/mux-args.js';
import { FRAME_TIME_ARGS, timestampLine, TIMESTAMPS_HEADER } from '#engine/command/timestamps.js';
import { videoArgs, videoExtension } from '#engine/command/video-args.js';
import { streamsOf } from '#engine/media/media-info.js';
import type { Plan } from '#engine/plan/plan.types.js';
import type { ProfileInput } from '#engine/profile/schema/index.js';
import { probeFile } from '#engine/tools/ffprobe.js';
import { fullMatroska, REAL } from '../support/media.js';
import { compress, TEST_PROFILE } from './compress.js';
import { ffmpeg, probe, run, withFolder } from './tools.js';

/** Seconds at which the frames of a file's video are shown, sorted. */
async function times(file: string): Promise<number[]> {
  const { stdout } = await run('ffprobe', [...FRAME_TIME_ARGS, file]);
  return stdout
    .split('\n')
    .map(Number.parseFloat)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
}

const REASON = { code: 'test', message: 'test' };

describe('HEVC and H.264 by way of Matroska', () => {
  it.each(['hevc', 'h264'] as const)(
    '%s keeps every timestamp of a variable rate to the millisecond',
    async (codec) => {
      await withFolder(async (folder) => {
        const source = path.join(folder, 's.mp4');
        await ffmpeg(
          ...['-f', 'lavfi', '-i', 'testsrc2=s=192x108:r=30:d=2'],
          ...['-vf', "settb=1/90000,setpts='PTS+mod(N*N,7)*137'", '-fps_mode', 'passthrough'],
          ...[
            '-enc_time_base',
            '1/90000',
            '-video_track_timescale',
            '90000',
            '-c:v',
            'libx264',
            '-qp',
            '5',
            source,
          ],
        );
        const before = await times(source);
        expect(before).toHaveLength(60);
        for (const container of ['mkv', 'mp4'] as const) {
          const result = await compress(source, folder, {
            ...TEST_PROFILE,
            video: { codec, preset: 12, crf: 30 },
            container,
          });
          expect(result.findings).toEqual([]);
          expect(streamsOf(result.info, 'video')[0]).toMatchObject({ codec, pixelFormat: 'yuv420p10le' });
          const after = await times(result.output);
          expect(after).toHaveLength(before.length);
          expect(Math.max(...after.map((time, at) => Math.abs(time - before[at]!)))).toBeLessThan(0.00051);
        }
      });
    },
  );
});

describe('a frame of each field', () => {
  it.each([
    ['mpeg2video', 'ts'],
    ['mpeg2video', 'mpg'],
    // A clock of 25 ticks a second has none for the second field.
    ['mpeg2video', 'avi'],
    ['libx264', 'mkv'],
    ['libx264', 'mp4'],
  ])('%s in %s: twice as many frames, evenly spaced', async (encoder, extension) => {
    await withFolder(async (folder) => {
      const source = path.join(folder, `s.${extension}`);
      await ffmpeg(
        ...['-f', 'lavfi', '-i', 'testsrc2=s=192x108:r=50:d=2'],
        ...['-vf', 'tinterlace=interleave_top,fieldorder=tff', '-flags', '+ildct+ilme', '-c:v', encoder],
        ...(encoder === 'libx264' ? ['-x264opts', 'tff=1', '-qp', '8'] : ['-q:v', '2']),
        source,
      );
      const info = await probe(source);
      const stream = streamsOf(info, 'video')[0]!;
      for (const codec of ['av1', 'hevc', 'h264'] as const) {
        const video = videoEncode({
          ...{ codec, preset: 12, quality: { crf: 40 }, width: 192, height: 108, framesPerFrame: 2 },
          filters: ['bwdif=mode=send_field:parity=tff:deint=all'],
        });
        const part = path.join(folder, `v.${videoExtension(codec)}`);
        await run(
          'ffmpeg',
          videoArgs({ input: source, output: part, video, encoder: SOFTWARE_ENCODERS[codec], stream, info }),
        );
        const lines = (await run('ffprobe', [...FRAME_TIME_ARGS, part])).stdout.split('\n');
        const timestamps = path.join(folder, 't.txt');
        await writeFile(
          timestamps,
          [TIMESTAMPS_HEADER, ...lines.flatMap((line) => timestampLine(line) ?? [])].join('\n'),
        );
        const plan: Plan = {
          pipeline: 'compress',
          dolbyVision: null,
          container: 'mkv',
          added: [],
          keep: { chapters: true, tags: true },
          expectedSize: 1,
          sizeLimit: 1,
          streams: [{ index: stream.index, action: 'encode-video', reason: REASON, video }],
        };
        const output = path.join(folder, `o-${codec}.mkv`);
        const none = { audio: null, subtitles: null, rest: null, covers: [], chapters: null, tags: null };
        const { tool, args } = muxArgs({
          source,
          output,
          info,
          plan,
          files: { ...none, video: part, timestamps },
        });
        await run(tool, args);
        const after = await times(output);
        // Two seconds of fifty fields each.
        expect(after).toHaveLength(100);
        const steps = after.slice(1).map((time, at) => Math.round((time - after[at]!) * 1000));
        expect([...new Set(steps)]).toEqual([20]);
        const made = streamsOf(await probe(output), 'video')[0]!;
        expect([made.frameRate, made.variableFrameRate]).toEqual([{ numerator: 50, denominator: 1 }, false]);
      }
    });
  });
});

describe('sound', () => {
  it.each(['mkv', 'mp4'] as const)(
    'puts a stereo mix behind the track that it is made of, in %s',
    async (container) => {
      await withFolder(async (folder) => {
        const source = path.join(folder, 's.mkv');
        await ffmpeg(
          ...[
            '-ss',
            '8',
            '-t',
            '1',
            '-i',
            REAL.bunny,
            '-map',
            '0:v',
            '-map',
            '0:a',
            '-map',
            '0:a',
            '-vf',
            'scale=192:108',
          ],
          ...['-c:v', 'libx264', '-qp', '6', '-c:a', 'ac3', '-b:a', '448k', '-ac:a:1', '1', '-b:a:1', '192k'],
          ...[
            '-metadata:s:a:0',
            'language=ger',
            '-metadata:s:a:0',
            'title=Ton',
            '-metadata:s:a:1',
            'language=eng',
          ],
          ...['-disposition:a:0', 'default+original', source],
        );
        for (const codec of ['opus', 'aac', 'copy'] as const) {
          const profile: ProfileInput = {
            ...TEST_PROFILE,
            container,
            audio: {
              codec,
              keepCodecs: [],
              stereoDownmix: 'add',
              bitRates: { mono: 64, stereo: 96, surround: 256 },
            },
          };
          const result = await compress(source, folder, profile);
          expect(result.findings).toEqual([]);
          const own = codec === 'copy' ? 'ac3' : codec;
          const mixed = codec === 'opus' || (codec === 'copy' && container === 'mkv') ? 'opus' : 'aac';
          const tracks = streamsOf(result.info, 'audio');
          expect(tracks.map((track) => [track.codec, track.channels, track.language])).toEqual([
            [own, 6, 'ger'],
            [mixed, 2, 'ger'],
            [own, 1, 'eng'],
          ]);
          // ffmpeg 5.1 calls both tracks of the source default.
          expect(tracks.map(({ disposition }) => disposition.default)).toEqual([true, false, true]);
          expect(tracks[1]!.disposition.original).toBe(false);
          if (container === 'mkv') expect(tracks.map(({ title }) => title)).toEqual(['Ton', 'Stereo', null]);
        }
      });
    },
  );
});

describe('what the plan leaves out', () => {
  const nothing: ProfileInput['keep'] = { chapters: false, tags: false, attachments: false, coverArt: false };

  it.each(['mkv', 'mp4'] as const)('stays out of %s, whatever the source is', async (container) => {
    await withFolder(async (folder) => {
      const full = await fullMatroska();
      const other = path.join(folder, 's.mp4');
      await ffmpeg('-i', full, '-map', '0:V', '-map', '0:a', '-c', 'copy', '-metadata', 'artist=Me', other);
      for (const source of [full, other]) {
        const before = await probe(source);
        expect([before.chapters.length, before.container.tags['title']]).toEqual([2, 'A film']);
        const result = await compress(source, folder, {
          ...TEST_PROFILE,
          container,
          audio: { keepCodecs: [] },
          subtitles: { misfits: 'drop' },
          keep: nothing,
        });
        expect(result.findings).toEqual([]);
        expect(result.info.chapters).toEqual([]);
        expect(result.info.container.tags['title']).toBeUndefined();
        expect(result.info.container.tags['artist']).toBeUndefined();
        expect(result.info.streams.filter(({ kind }) => kind === 'attachment' || kind === 'cover')).toEqual(
          [],
        );
        // What belongs to a track stays.
        expect(streamsOf(result.info, 'audio')[0]!.language).toBe('ger');
      }
    });
  });

  it('is no more than that: chapters keep their titles without tags, fonts stay without covers', async () => {
    await withFolder(async (folder) => {
      const source = await fullMatroska();
      for (const container of ['mkv', 'mp4'] as const) {
        const result = await compress(source, folder, {
          ...TEST_PROFILE,
          container,
          keep: { tags: false, coverArt: false },
          subtitles: { misfits: 'drop' },
        });
        expect(result.findings).toEqual([]);
        expect(result.info.chapters.map(({ title }) => title)).toEqual(['Beginning', 'End']);
        const attached = result.info.streams.filter(({ kind }) => kind === 'attachment' || kind === 'cover');
        expect(attached.map(({ kind }) => kind)).toEqual(container === 'mkv' ? ['attachment'] : []);
      }
      const other = await compress(source, folder, { ...TEST_PROFILE, keep: { attachments: false } });
      expect(other.findings).toEqual([]);
      expect(other.info.streams.filter(({ kind }) => kind === 'cover')).toHaveLength(1);
      expect(streamsOf(other.info, 'attachment')).toEqual([]);
    });
  });
});

it('sees what a picture carries that begins behind hundreds of packets of sound', async () => {
  await withFolder(async (folder) => {
    const [packed, late] = [path.join(folder, 'packed.mp4'), path.join(folder, 'late.mkv')];
    await ffmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=24:d=1'],
      ...['-c:v', 'libx264', '-x264-params', 'frame-packing=3', packed],
    );
    await ffmpeg(
      ...['-itsoffset', '0.2', '-i', packed, '-f', 'lavfi', '-i', 'sine=r=48000:d=1.2'],
      ...['-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'truehd', '-strict', '-2', '-ac', '2', late],
    );
    const info = await probeFile(late, { timeoutMs: 60_000 });
    expect(streamsOf(info, 'video')).toMatchObject([{ stereoscopic: true }]);
  });
});

it('makes text subtitles ASS', async () => {
  await withFolder(async (folder) => {
    const result = await compress(await fullMatroska(), folder, {
      ...TEST_PROFILE,
      subtitles: { textFormat: 'ass' },
    });
    expect(result.findings).toEqual([]);
    expect(streamsOf(result.info, 'subtitle').map(({ codec, language }) => [codec, language])).toEqual([
      ['ass', 'eng'],
      ['ass', 'ger'],
    ]);
  });
});
