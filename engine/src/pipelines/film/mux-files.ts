import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { chaptersXml, tagsXml } from '../../command/matroska-xml.js';
import type { MuxFiles } from '../../command/mux.types.js';
import { coverArgs, restArgs } from '../../command/rest-args.js';
import { copiedCovers, planned } from '../../command/stream-plans.js';
import { subtitleArgs } from '../../command/subtitle-args.js';
import { FRAME_TIME_ARGS, timestampLine, TIMESTAMPS_HEADER } from '../../command/timestamps.js';
import { encoderMark, encoderMarkXml } from '../../media/encoder-mark.js';
import { streamsOf } from '../../media/media-info.js';
import type { JobContext } from '../../pipeline/step.js';
import { fileUrl } from '../../tools/ffprobe.js';
import { clockShift } from '../../verify/tracks.js';
import { paramsOf, sourceOf } from './params.js';
import { need } from './fields.js';
import { runFfmpeg } from './run-ffmpeg.js';
import { quietToolLimits } from './tool-limits.js';

/** The times of the encoded frames, one a line, since mkvmerge does not read them in an IVF file. */
async function writeTimestamps(context: JobContext, video: string): Promise<string> {
  return context.produce('timestamps.txt', async (output) => {
    const stream = createWriteStream(output);
    stream.write(`${TIMESTAMPS_HEADER}\n`);
    await context.run('ffprobe', [...FRAME_TIME_ARGS, fileUrl(video)], {
      stallMs: paramsOf(context).profile.act.stallSeconds * 1000,
      onStdoutLine: (text) => {
        const line = timestampLine(text);
        if (line !== null) stream.write(`${line}\n`);
      },
    });
    stream.end();
    await finished(stream);
  });
}

async function writeText(context: JobContext, name: string, text: string | null): Promise<string | null> {
  if (text === null) return null;
  return context.produce(name, (output) => writeFile(output, text));
}

/** @returns seconds on the output's clock at which the picture begins */
function videoStart(context: JobContext): number {
  const info = need(context, 'info');
  const [video] = streamsOf(info, 'video');
  const first = need(context, 'measured').streams.find(({ index }) => index === video?.index)?.firstSeconds;
  return (first ?? video?.startSeconds ?? 0) - clockShift(info);
}

/** Subtitles that Matroska holds in another format alone, where no step of its own has made them. */
async function subtitlesOf(context: JobContext): Promise<string | null> {
  const made = need(context, 'subtitles');
  if (made !== null) return made.path;
  const info = need(context, 'info');
  const parts = { input: sourceOf(context).localPath, info, plan: need(context, 'plan') };
  if (subtitleArgs({ ...parts, output: '' }) === null) return null;
  return context.produce('subtitles.mks', async (output) => {
    const { durationSeconds } = info.container;
    await runFfmpeg(context, subtitleArgs({ ...parts, output }) ?? [], { durationSeconds });
  });
}

/** What says of a new raw picture that it was made here; those of the other encoders say so by their codec. */
function videoMark(context: JobContext): string | null {
  if (need(context, 'video')?.path.endsWith('.hevc') !== true) return null;
  const [made] = planned(need(context, 'info'), need(context, 'plan'), 'encode-video');
  return made === undefined ? null : encoderMarkXml(encoderMark(made.plan.video.quality));
}

/** Everything that is put together in the end: what earlier steps made, and what can only be copied out now. */
export async function muxFiles(context: JobContext): Promise<MuxFiles> {
  const info = need(context, 'info');
  const plan = need(context, 'plan');
  const input = sourceOf(context).localPath;
  const video = need(context, 'video')?.path ?? null;
  const matroska = plan.container === 'mkv';
  const parts = { input, info, plan };

  const rest =
    restArgs({ ...parts, output: '' }) === null
      ? null
      : await context.produce('rest.mkv', async (output) => {
          const { durationSeconds } = info.container;
          await runFfmpeg(context, restArgs({ ...parts, output }) ?? [], { durationSeconds });
        });
  const covers: { index: number; path: string }[] = [];
  for (const { index } of copiedCovers(info, plan)) {
    const path = await context.produce(`cover-${index}`, async (output) => {
      await context.run('ffmpeg', coverArgs({ input, output, index }), quietToolLimits(context, output));
    });
    covers.push({ index, path });
  }
  return {
    video,
    videoStart: videoStart(context),
    videoMark: await writeText(context, 'mark.xml', videoMark(context)),
    timestamps: matroska && video?.endsWith('.ivf') === true ? await writeTimestamps(context, video) : null,
    audio: need(context, 'audio')?.path ?? null,
    subtitles: await subtitlesOf(context),
    rest,
    covers,
    chapters: matroska ? await writeText(context, 'chapters.xml', chaptersXml(info)) : null,
    tags: matroska ? await writeText(context, 'tags.xml', tagsXml(info)) : null,
  };
}
