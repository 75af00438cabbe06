import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { audioArgs } from '#engine/command/audio-args.js';
import { decodeArgs } from '#engine/command/decode-args.js';
import { chaptersXml, tagsXml } from '#engine/command/matroska-xml.js';
import { dateArgs } from '#engine/command/date-args.js';
import { muxArgs } from '#engine/command/mux-args.js';
import type { MuxFiles } from '#engine/command/mux.types.js';
import { coverArgs, restArgs } from '#engine/command/rest-args.js';
import { copiedCovers, planned } from '#engine/command/stream-plans.js';
import { subtitleArgs } from '#engine/command/subtitle-args.js';
import { FRAME_TIME_ARGS, timestampLine, TIMESTAMPS_HEADER } from '#engine/command/timestamps.js';
import { SOFTWARE_ENCODERS } from '#engine/command/encoders/index.js';
import { videoArgs, videoExtension } from '#engine/command/video-args.js';
import { withMeasurements } from '#engine/media/with-measurements.js';
import type { MeasuredStreams, MediaInfo } from '#engine/media/media-info.js';
import { decide } from '#engine/plan/decide.js';
import type { Plan } from '#engine/plan/plan.types.js';
import { profileSchema, type ProfileInput } from '#engine/profile/schema/index.js';
import { verify } from '#engine/verify/verify.js';
import type { Finding } from '#engine/verify/verify.types.js';
import { measure, probe, run } from './tools.js';

/** Fast enough for a test, and never too careful about savings: a clip of a second has none to speak of. */
export const TEST_PROFILE: ProfileInput = {
  video: { preset: 12, crf: 45, filmGrain: 0, closedCaptions: 'drop' },
  act: { minimumExpectedSaving: 0, minimumSaving: 0 },
};

export interface Compressed {
  output: string;
  plan: Plan;
  source: MediaInfo;
  sourceMeasured: MeasuredStreams;
  info: MediaInfo;
  measured: MeasuredStreams;
  findings: Finding[];
}

/** Runs every command that the engine builds for one file, as a node would, without the pipeline around it. */
export async function compress(
  source: string,
  folder: string,
  input: ProfileInput = TEST_PROFILE,
): Promise<Compressed> {
  const profile = profileSchema.parse(input);
  const sourceMeasured = await measure(source);
  const info = withMeasurements(await probe(source), sourceMeasured);
  const decision = decide(info, profile);
  if (decision.verdict === 'skip')
    throw new Error(`skipped: ${decision.reason.code}: ${decision.reason.message}`);
  const { plan } = decision;
  const name = (file: string) => path.join(folder, file);
  const part = async (file: string, build: (output: string) => string[] | null) => {
    const args = build(name(file));
    if (args === null) return null;
    await run('ffmpeg', args);
    return name(file);
  };
  const text = async (file: string, content: string | null) => {
    if (content === null) return null;
    await writeFile(name(file), content);
    return name(file);
  };

  const [encoded] = planned(info, plan, 'encode-video');
  const stream = encoded?.stream;
  let video: string | null = null;
  let timestamps: string | null = null;
  if (encoded !== undefined && stream?.kind === 'video') {
    const { video: encode } = encoded.plan;
    const encoder = SOFTWARE_ENCODERS[encode.codec];
    video = await part(`video.${videoExtension(encode.codec)}`, (output) =>
      videoArgs({ input: source, output, video: encode, encoder, stream, info }),
    );
    const times = (await run('ffprobe', [...FRAME_TIME_ARGS, `file:${video}`])).stdout.split('\n');
    const lines = times.flatMap((line) => timestampLine(line) ?? []);
    timestamps = await text('video.timestamps', `${[TIMESTAMPS_HEADER, ...lines].join('\n')}\n`);
  }
  const covers: { index: number; path: string }[] = [];
  for (const { index } of copiedCovers(info, plan)) {
    await run('ffmpeg', coverArgs({ input: source, output: name(`cover-${index}`), index }));
    covers.push({ index, path: name(`cover-${index}`) });
  }
  const files: MuxFiles = {
    video,
    timestamps,
    audio: await part('audio.mka', (output) => audioArgs({ input: source, output, info, plan })),
    subtitles: await part('subtitles.mks', (output) => subtitleArgs({ input: source, output, info, plan })),
    rest: await part('rest.mkv', (output) => restArgs({ input: source, output, info, plan })),
    covers,
    chapters: await text('chapters.xml', chaptersXml(info)),
    tags: await text('tags.xml', tagsXml(info)),
  };
  const output = name(`output.${plan.container}`);
  const { tool, args } = muxArgs({ source, output, info, plan, files });
  await run(tool, args);
  const date = dateArgs(info, plan, output);
  if (date !== null) await run('mkvpropedit', date);
  const decoded = await run('ffmpeg', decodeArgs(output));
  if (decoded.stderr !== '') throw new Error(decoded.stderr);
  const [outputInfo, outputMeasured] = [await probe(output), await measure(output)];
  const findings = verify({ source: info, sourceMeasured, output: outputInfo, outputMeasured, plan });
  return { output, plan, source: info, sourceMeasured, info: outputInfo, measured: outputMeasured, findings };
}
