import path from 'node:path';
import { readFile, rm } from 'node:fs/promises';
import { lookArgs, noiseWindow } from '#engine/command/look-args.js';
import { streamsOf } from '#engine/media/media-info.js';
import { noiseOf } from '#engine/media/noise.js';
import { profileSchema } from '#engine/profile/schema/index.js';
import { runCase } from '../matrix/run-case.ts';
import { probe, run } from '../tools.ts';

export interface GrainSetting {
  filmGrain: number | 'auto';
  denoise: boolean;
  /** the default profile's when left out */
  preset?: number;
}

export interface GrainResult {
  /** what was measured in the source; null when the profile did not ask */
  noise: number | null;
  /** SVT-AV1's film-grain in the plan */
  grain: number;
  /** bytes of the whole file */
  size: number;
  /** of the picture without its grain, against the source */
  ssim: number;
  /** as a player shows it, with grain */
  shownNoise: number | null;
}

async function ssim(source: string, output: string): Promise<number> {
  const args = ['-v', 'info', '-nostats', '-c:v', 'libdav1d', '-filmgrain', '0', '-i', output, '-i', source];
  const graph = '[0:V]format=yuv420p10le[a];[1:V]format=yuv420p10le[b];[a][b]ssim';
  const { stderr } = await run('ffmpeg', [...args, '-filter_complex', graph, '-f', 'null', '-']);
  return Number(/All:([\d.]+)/.exec(stderr)?.[1]);
}

/** @returns noise of the picture as it is shown; null when it cannot be told */
export async function shownNoise(file: string, folder: string): Promise<number | null> {
  const [video] = streamsOf(await probe(file), 'video');
  if (video === undefined) return null;
  const { width, height, index } = video;
  const frames = path.join(folder, 'shown.gray');
  await run('ffmpeg', lookArgs({ input: file, index, at: 1, width, height, frames }));
  const bytes = await readFile(frames);
  await rm(frames);
  const window = noiseWindow(width, height);
  const length = window.width * window.height;
  const frame = (from: number) => ({
    ...window,
    samples: Uint16Array.from({ length }, (_, at) => bytes.readUInt16LE((from + at) * 2)),
    scale: 257,
  });
  return noiseOf(frame(0), frame(length));
}

/** Encodes a clip as a job would, and measures what came out. */
export async function encodeWith(
  source: string,
  folder: string,
  { filmGrain, denoise, preset }: GrainSetting,
): Promise<GrainResult> {
  const profile = profileSchema.parse({
    video: { filmGrain, filmGrainDenoise: denoise, ...(preset === undefined ? {} : { preset }) },
    act: { minimumExpectedSaving: -10, minimumSaving: -10 },
  });
  const { outcome, output, plan, info } = await runCase(source, folder, profile, 'grain');
  if (output === null || plan === null || info === null)
    throw new Error(`${source} was not encoded: ${JSON.stringify(outcome)}`);
  const picture = plan.streams.find((stream) => stream.action === 'encode-video');
  return {
    noise: streamsOf(info, 'video')[0]?.look?.noise ?? null,
    grain: picture?.action === 'encode-video' ? picture.video.filmGrain : 0,
    size: (await probe(output)).container.size,
    ssim: await ssim(source, output),
    shownNoise: await shownNoise(output, folder),
  };
}
