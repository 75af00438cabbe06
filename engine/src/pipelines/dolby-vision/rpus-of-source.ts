import { rm } from 'node:fs/promises';
import { extractRpuArgs } from '../../command/dolby-vision/dovi-tool-args.js';
import { rawVideoArgs } from '../../command/dolby-vision/raw-video-args.js';
import type { JobContext } from '../../pipeline/step.js';
import { sourceOf } from '../film/params.js';
import { runFfmpeg } from '../film/run-ffmpeg.js';

/**
 * Reads the RPUs of the source's picture into a file.
 * @param index of the picture
 * @param toProfile81 converted on the way
 */
export async function rpusOfSource(
  context: JobContext,
  index: number,
  output: string,
  toProfile81: boolean,
): Promise<void> {
  const raw = `${output}.hevc`;
  try {
    const source = sourceOf(context).localPath;
    await runFfmpeg(context, rawVideoArgs({ source, index, output: raw }), { durationSeconds: null });
    await context.run('dovi_tool', extractRpuArgs({ input: raw, output, toProfile81 }));
  } finally {
    await rm(raw, { force: true });
  }
}
