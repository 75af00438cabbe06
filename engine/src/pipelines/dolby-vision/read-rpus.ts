import { rm } from 'node:fs/promises';
import { infoArgs } from '../../command/dolby-vision/dovi-tool-args.js';
import type { VideoStream } from '../../media/media-info.js';
import type { JobContext } from '../../pipeline/step.js';
import { parseRpuSummary } from '../../tools/dolby-vision/rpu-summary.js';
import type { RpuSummary } from '../../tools/dolby-vision/rpu-summary.js';
import { produceRaw } from '../film/raw-files.js';
import { rpusOfSource } from './rpus-of-source.js';
import { runDoviTool } from './run-dovi-tool.js';

/** characters of dovi_tool's summary, which has some twenty lines */
const MAX_SUMMARY = 1024 * 1024;

/** Reads the source's RPUs from beginning to end: what its first frames say need not hold for the rest. */
export async function readRpus(context: JobContext, video: VideoStream): Promise<RpuSummary> {
  const look = await produceRaw(context, 'look.bin', (output) => rpusOfSource(context, video, output, false));
  try {
    const { stdout } = await runDoviTool(context, infoArgs(look.path), null, { captureStdout: MAX_SUMMARY });
    return parseRpuSummary(stdout);
  } finally {
    await rm(look.path, { force: true });
  }
}
