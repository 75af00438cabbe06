import type { MediaInfo } from '../../media/media-info.js';
import { withMeasurements } from '../../media/with-measurements.js';
import { defineStep, done, SkipJob, StepFailure, type JobContext } from '../../pipeline/step.js';
import { KIND_NAMES } from '../../plan/dolby-vision/kind.js';
import type { DolbyVisionWork, Plan } from '../../plan/plan.types.js';
import type { RpuSummary } from '../../tools/dolby-vision/rpu-summary.js';
import { makePlan } from '../film/make-plan.js';
import { clearRaw, rawFolder } from '../film/raw-files.js';
import { readSource } from '../film/read-source.js';
import { requireEvenRate } from '../film/require-even-rate.js';
import { added } from './fields.js';
import { logMetadata, metadataOf } from './metadata.js';
import { hasTool, pictureOf } from './parts.js';
import { readRpus } from './read-rpus.js';
import { wrongCount } from './rpus.js';

/** The plan, as long as it is one for this pipeline. @throws SkipJob when the file has become one for another */
async function planHere(context: JobContext): Promise<{ plan: Plan; work: DolbyVisionWork }> {
  // In quick storage lies what is made on the way, and the joined file alone in the work folder.
  const { plan } = await makePlan(context, (await rawFolder(context)) === null ? 2 : 1);
  if (plan.dolbyVision !== null) return { plan, work: plan.dolbyVision };
  const message = `the file as it is now is one for ${plan.pipeline}; the next scan decides on it anew`;
  throw new SkipJob({ code: 'plan_changed', message });
}

/** What only dovi_tool can do, is known before hours are spent on the rest. */
function requireTools(context: JobContext, { kind, way }: DolbyVisionWork): void {
  if (hasTool(context, 'dovi_tool') || (way === 'reencode' && kind === 'profile81')) return;
  const message =
    `dovi_tool is not on this node, and ${KIND_NAMES[kind]} cannot be made Profile 8.1 without it; ` +
    'with dovi_tool on its PATH, a restarted node takes such files';
  throw new StepFailure({ code: 'tool_missing', message }, false);
}

function requireWhole(summary: RpuSummary, frames: number): void {
  if (summary.frames !== frames) throw wrongCount(summary.frames, frames, 'the source');
}

/** Everything that is known of the source: headers, packets, and its RPUs from beginning to end. */
export const getMetadata = defineStep({
  name: 'get_metadata',
  slot: false,
  adds: added.metadata,
  run: async (context) => {
    await clearRaw(context);
    const seen = await readSource(context);
    const known = (info: MediaInfo, measured = seen.measured): JobContext => ({
      ...context,
      fields: { ...context.fields, info, measured },
    });
    const first = await planHere(known(seen.info));
    requireTools(context, first.work);
    const video = pictureOf(known(seen.info));
    requireEvenRate(video, seen.measured);
    const rpuSummary = hasTool(context, 'dovi_tool') ? await readRpus(known(seen.info), video) : null;
    const measured =
      rpuSummary?.layer == null ? seen.measured : { ...seen.measured, layer: rpuSummary.layer };
    const info = withMeasurements(seen.info, measured);
    const now = known(info, measured);
    const metadata = metadataOf(pictureOf(now), measured, rpuSummary);
    logMetadata(context, metadata);
    const { plan } = rpuSummary === null ? first : await planHere(now);
    if (rpuSummary !== null) requireWhole(rpuSummary, metadata.frames);
    return done({ info, measured, plan, metadata, rpuSummary, audio: null, subtitles: null });
  },
});
