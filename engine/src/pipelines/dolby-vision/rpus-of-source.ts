import { rm } from 'node:fs/promises';
import { extractRpuArgs } from '../../command/dolby-vision/dovi-tool-args.js';
import { rawVideoArgs } from '../../command/dolby-vision/raw-video-args.js';
import { rpuUnitsArgs } from '../../command/dolby-vision/rpu-units-args.js';
import type { VideoStream } from '../../media/media-info.js';
import type { JobContext } from '../../pipeline/step.js';
import { writeRpus } from '../../tools/dolby-vision/write-rpus.js';
import { need } from '../film/fields.js';
import { sourceOf } from '../film/params.js';
import { runFfmpeg, runOnFfmpeg } from '../film/run-ffmpeg.js';

/** How far it is, by the source's own packets. */
function lengthOf(context: JobContext, { index }: VideoStream) {
  const frames = need(context, 'measured').streams.find((stream) => stream.index === index)?.packets ?? 0;
  return { durationSeconds: need(context, 'info').container.durationSeconds, frames };
}

/**
 * Reads the RPUs of the source's picture into a file, in the order in which frames are shown. The picture itself goes from one program
 * to the other, and onto no disk.
 * @param toProfile81 converted on the way
 */
export async function rpusOfSource(
  context: JobContext,
  video: VideoStream,
  output: string,
  toProfile81: boolean,
): Promise<void> {
  const { localPath: source } = sourceOf(context);
  await runOnFfmpeg(
    context,
    'dovi_tool',
    extractRpuArgs({ input: '-', output, toProfile81 }),
    rawVideoArgs({ source, index: video.index, output: '-' }),
    lengthOf(context, video),
  );
}

/** The same without dovi_tool, which only what is Profile 8 already can do without. */
export async function ownRpusOfSource(
  context: JobContext,
  video: VideoStream,
  output: string,
): Promise<void> {
  const [units, times] = [`${output}.units`, `${output}.times`];
  try {
    const args = rpuUnitsArgs({ source: sourceOf(context).localPath, index: video.index, units, times });
    await runFfmpeg(context, args, lengthOf(context, video));
    await writeRpus({ units, times, output });
  } finally {
    for (const file of [units, times]) await rm(file, { force: true });
  }
}
