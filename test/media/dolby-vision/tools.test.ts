import { readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  convertArgs,
  extractRpuArgs,
  infoArgs,
  injectRpuArgs,
} from '#engine/command/dolby-vision/dovi-tool-args.js';
import { rawVideoArgs } from '#engine/command/dolby-vision/raw-video-args.js';
import { rpuUnitsArgs } from '#engine/command/dolby-vision/rpu-units-args.js';
import { x265CommandArgs } from '#engine/command/dolby-vision/x265-command-args.js';
import { y4mArgs } from '#engine/command/dolby-vision/y4m-args.js';
import { streamsOf } from '#engine/media/media-info.js';
import { planned } from '#engine/command/stream-plans.js';
import { decide } from '#engine/plan/decide.js';
import { profileSchema } from '#engine/profile/schema/index.js';
import { countRpus } from '#engine/tools/dolby-vision/count-rpus.js';
import { parseRpuSummary } from '#engine/tools/dolby-vision/rpu-summary.js';
import { writeRpus } from '#engine/tools/dolby-vision/write-rpus.js';
import { parseX265Progress } from '#engine/tools/dolby-vision/x265-progress.js';
import { runTool } from '#engine/tools/run-tool.js';
import { because, LACKS_DOVI_TOOL, LACKS_SAMPLES, LACKS_X265, sample } from './real-tool.js';
import { probe, withFolder } from '../tools.js';

const FRAMES = 259;
const RPUS = sample('regular_rpu.bin');

/** The sample's RPUs, in Profile 8.1 or as they are, by ffmpeg into dovi_tool. */
async function extract(source: string, output: string, toProfile81: boolean): Promise<void> {
  await runTool('dovi_tool', extractRpuArgs({ input: '-', output, toProfile81 }), {
    input: { tool: 'ffmpeg', args: rawVideoArgs({ source, index: 0, output: '-' }) },
  });
}

async function summary(rpu: string) {
  const { stdout } = await runTool('dovi_tool', infoArgs(rpu), { captureStdout: 100_000 });
  return parseRpuSummary(stdout);
}

/** Without dovi_tool. */
async function ownRpus(source: string, folder: string): Promise<Buffer> {
  const files = {
    units: path.join(folder, 'units'),
    times: path.join(folder, 'times'),
    output: path.join(folder, 'own.bin'),
  };
  await runTool('ffmpeg', rpuUnitsArgs({ source, index: 0, ...files }));
  const count = await writeRpus(files);
  expect(await countRpus(files.output)).toBe(count);
  return readFile(files.output);
}

const REASON = LACKS_DOVI_TOOL ?? LACKS_SAMPLES;

describe.runIf(REASON === null)(`the real dovi_tool${because(REASON)}`, () => {
  it('is told what it understands, and its answers are read', () =>
    withFolder(async (folder) => {
      const [source, single, before, after] = [
        sample('p7_with_ac3.mkv'),
        ...['p81.hevc', 'before.bin', 'after.bin'].map((name) => path.join(folder, name)),
      ] as [string, string, string, string];
      await extract(source, before, false);
      expect(await summary(before)).toMatchObject({
        frames: FRAMES,
        profile: 7,
        layer: 'mel',
        cmVersion: '4.0',
      });
      await extract(source, after, true);
      expect(await summary(after)).toEqual({
        ...{ frames: FRAMES, profile: 8, layer: null, cmVersion: '4.0', shots: 3, cropVaries: false },
        crop: { top: 0, bottom: 0, left: 0, right: 0 },
        ...{ masteringDisplay: '0.0001/1000', maxCll: 3948, maxFall: 120 },
      });
      expect(await countRpus(after)).toBe(FRAMES);

      // The way by files gives the very same metadata.
      const raw = path.join(folder, 'p7.hevc');
      await runTool('ffmpeg', rawVideoArgs({ source, index: 0, output: raw }));
      await runTool('dovi_tool', convertArgs({ input: raw, output: single }));
      const again = path.join(folder, 'again.bin');
      await runTool('dovi_tool', extractRpuArgs({ input: single, output: again, toProfile81: false }));
      expect((await readFile(again)).equals(await readFile(after))).toBe(true);
      expect((await probe(single)).streams).toHaveLength(1);
    }));

  it.each(['mel_orig.bin', 'fel_orig.bin', 'mel_to_81.bin', 'fel_to_81.bin'])(
    'tells the kind of %s',
    async (name) => {
      const layer = name.includes('to_81') ? null : name.slice(0, 3);
      expect(await summary(sample(name))).toMatchObject({ frames: 1, layer, cmVersion: '2.9' });
    },
  );

  it('extracts the same metadata as is extracted without it', () =>
    withFolder(async (folder) => {
      for (const name of ['p7_mel.mkv', 'p7_with_ac3.mkv']) {
        const output = path.join(folder, 'theirs.bin');
        await extract(sample(name), output, false);
        expect((await ownRpus(sample(name), folder)).equals(await readFile(output))).toBe(true);
      }
    }));

  it('fails where its input breaks off, with the name of who is to blame', () =>
    withFolder(async (folder) => {
      const rpu = path.join(folder, 'rpu.bin');
      const args = rawVideoArgs({ source: path.join(folder, 'none.mkv'), index: 0, output: '-' });
      await expect(
        runTool('dovi_tool', extractRpuArgs({ input: '-', output: rpu, toProfile81: true }), {
          input: { tool: 'ffmpeg', args },
        }),
      ).rejects.toMatchObject({ code: 'tool_failed', details: { tool: 'ffmpeg' } });
      await writeFile(rpu, await readFile(RPUS));
      await truncate(rpu, 20_000);
      await expect(summary(rpu)).rejects.toMatchObject({
        code: 'tool_failed',
        details: { tool: 'dovi_tool' },
      });
    }));
});

const X265_REASON = LACKS_X265 ?? LACKS_SAMPLES;

describe.runIf(X265_REASON === null)(`the real x265${because(X265_REASON)}`, () => {
  it('encodes what ffmpeg decodes, writes metadata back as it was, and says how far it is', () =>
    withFolder(async (folder) => {
      const source = sample('p7_with_ac3.mkv');
      const output = path.join(folder, 'encoded.hevc');
      const info = await probe(source);
      const profile = profileSchema.parse({
        dolbyVision: { profile7Mel: 'reencode', preset: 13, crf: 30 },
        act: { minimumSize: 0, minimumSaving: 0, minimumExpectedSaving: 0 },
      });
      const decision = decide(info, profile);
      const [stream] = streamsOf(info, 'video');
      const [job] = decision.verdict === 'encode' ? planned(info, decision.plan, 'encode-video') : [];
      if (stream === undefined || job === undefined) throw new Error('the sample is not to be encoded');
      const { video } = job.plan;
      let frame = 0;
      const { stderr } = await runTool(
        'x265',
        x265CommandArgs({
          ...{ stream, video, output, frames: FRAMES, threads: 1, maximumBitRate: 0 },
          dolbyVision: { profile: '8.1', rpu: RPUS },
        }),
        {
          input: { tool: 'ffmpeg', args: y4mArgs({ source, info, stream, video }) },
          isProgress: (line) => parseX265Progress(line) !== null,
          onStderrLine: (line) => {
            frame = Math.max(frame, parseX265Progress(line)?.frame ?? 0);
          },
        },
      );
      expect(frame).toBeGreaterThan(0);
      expect(stderr).toContain(`encoded ${FRAMES} frames`);
      expect(stderr).not.toContain(' fps, ');
      const [made] = streamsOf(await probe(output), 'video');
      expect(made).toMatchObject({
        pixelFormat: 'yuv420p10le',
        width: 256,
        height: 144,
        frameRate: stream.frameRate,
      });
      expect(made?.color).toEqual(stream.color);
      expect(made?.hdr).toMatchObject({
        masteringDisplay: stream.hdr.masteringDisplay,
        contentLight: stream.hdr.contentLight,
      });
      // A stream on its own has no times: they come from a container.
      const film = path.join(folder, 'film.mkv');
      await runTool('mkvmerge', ['-q', '-o', film, '--default-duration', '0:24000/1001fps', output]);
      expect((await ownRpus(film, folder)).equals(await readFile(RPUS))).toBe(true);
      if (LACKS_DOVI_TOOL !== null) return;
      const injected = path.join(folder, 'injected.hevc');
      await runTool('dovi_tool', injectRpuArgs({ video: output, rpu: RPUS, output: injected }));
      const back = path.join(folder, 'back.bin');
      await runTool('dovi_tool', extractRpuArgs({ input: injected, output: back, toProfile81: false }));
      expect(await countRpus(back)).toBe(FRAMES);
    }));
});
