import { withMeasurements } from '../../media/with-measurements.js';
import { defineStep, done, SkipJob } from '../../pipeline/step.js';
import { measurePackets, probeFile, type RunTool } from '../../tools/ffprobe.js';
import { sourceIsTruncated } from '../../verify/truncated.js';
import { added, paramsOf, sourceOf } from './fields.js';

const PROBE_TIMEOUT_MS = 120_000;

/** Headers and every packet of the source: what a header claims is no proof that the film is whole. */
export const probe = defineStep({
  name: 'probe',
  slot: false,
  adds: added.probe,
  run: async (context) => {
    const { localPath } = sourceOf(context);
    const run: RunTool = (...call) => context.run(...call);
    const stallMs = paramsOf(context).profile.act.stallSeconds * 1000;
    const [info, { measured }] = await Promise.all([
      probeFile(localPath, { timeoutMs: PROBE_TIMEOUT_MS, run }),
      measurePackets(localPath, { stallMs, run }),
    ]);
    const truncated = sourceIsTruncated(info, measured);
    if (truncated !== null) throw new SkipJob(truncated);
    return done({ info: withMeasurements(info, measured), measured });
  },
});
