import type { MeasuredStreams } from '../../media/media-info.js';
import { withMeasurements } from '../../media/with-measurements.js';
import { SkipJob, StepFailure, type JobContext } from '../../pipeline/step.js';
import { measurePackets, probeFile, type RunTool } from '../../tools/ffprobe.js';
import { lastWords } from '../../tools/last-words.js';
import { ToolError } from '../../tools/tool-error.js';
import { clockJump } from '../../media/clock-jump.js';
import { sourceIsTruncated } from '../../verify/truncated.js';
import { fileFactsOf, paramsOf, sourceOf } from './params.js';
import type { FilmFields } from './fields.js';
import { isWorthALook, lookAtPicture, readFrameData, videoToEncode } from './look.js';

const PROBE_TIMEOUT_MS = 120_000;

/**
 * What is no media file does not become one; a share that did not answer may do so the next time.
 * @throws always
 */
function explainUnreadable(error: unknown, path: string): never {
  if (!(error instanceof ToolError) || error.code !== 'tool_failed') throw error;
  if (!error.details.stderr.includes('Invalid data found when processing input')) throw error;
  const said = lastWords(error.details.stderr, path);
  const message = `the source is damaged or no media file; it was left as it is. ffprobe says: ${said}`;
  throw new StepFailure({ code: 'source_unreadable', message }, false, { cause: error });
}

/**
 * Headers and every packet of the source: what a header claims is no proof that the film is whole. And a look at the
 * picture where it decides something.
 */
export async function readSource(context: JobContext): Promise<Pick<FilmFields, 'info' | 'measured'>> {
  const { localPath } = sourceOf(context);
  const run: RunTool = (...call) => context.run(...call);
  const stallMs = paramsOf(context).profile.act.stallSeconds * 1000;
  const [info, { measured }] = await Promise.all([
    probeFile(localPath, { timeoutMs: PROBE_TIMEOUT_MS, run }),
    measurePackets(localPath, { stallMs, run }),
  ]).catch((error: unknown) => explainUnreadable(error, localPath));
  const truncated = sourceIsTruncated(info, measured);
  if (truncated !== null) throw new SkipJob(truncated);
  const jump = clockJump(info, measured);
  if (jump !== null) throw new SkipJob(jump);
  const { profile } = paramsOf(context);
  const measuredInfo = withMeasurements(info, measured);
  const video = videoToEncode(measuredInfo, profile, fileFactsOf(context));
  if (video === null) return { info: measuredInfo, measured };
  const seen: MeasuredStreams = {
    ...measured,
    frameData: await readFrameData(context, info, video, localPath),
  };
  if (isWorthALook(video, profile)) seen.look = await lookAtPicture(context, info, video, localPath);
  return { info: withMeasurements(info, seen), measured: seen };
}
