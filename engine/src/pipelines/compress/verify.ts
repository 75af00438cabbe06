import { decodeArgs } from '../../command/decode-args.js';
import { defineStep, done, StepFailure } from '../../pipeline/step.js';
import { measurePackets, probeFile, type RunTool } from '../../tools/ffprobe.js';
import { verify as verifyOutput } from '../../verify/verify.js';
import { added, need, paramsOf } from './fields.js';
import { runFfmpeg } from './run-ffmpeg.js';

const PROBE_TIMEOUT_MS = 120_000;

/** Whether the result is the source in all that matters: headers, every packet, and every frame decoded. */
export const verify = defineStep({
  name: 'verify',
  slot: true,
  adds: added.verify,
  run: async (context) => {
    const { path } = need(context, 'output');
    const source = need(context, 'info');
    const run: RunTool = (...call) => context.run(...call);
    const stallMs = paramsOf(context).profile.act.stallSeconds * 1000;
    const decode = await runFfmpeg(context, decodeArgs(path), {
      durationSeconds: source.container.durationSeconds,
    });
    const outputInfo = await probeFile(path, { timeoutMs: PROBE_TIMEOUT_MS, run });
    const { measured, complaints } = await measurePackets(path, { stallMs, run });

    const findings = verifyOutput({
      plan: need(context, 'plan'),
      source,
      sourceMeasured: need(context, 'measured'),
      output: outputInfo,
      outputMeasured: measured,
    });
    for (const finding of findings) context.log.info(`finding ${finding.code}: ${finding.message}`);
    const said = [decode.stderr, complaints].filter((text) => text !== '').join('\n');
    if (said !== '') {
      const message = `the result does not decode cleanly; it was thrown away, the original stays: ${said.slice(-500)}`;
      throw new StepFailure({ code: 'output_damaged', message }, true);
    }
    const [first] = findings;
    if (first !== undefined) {
      const message = `the result is not what it should be; it was thrown away, the original stays: ${findings.map((finding) => finding.message).join('; ')}`;
      throw new StepFailure({ code: first.code, message }, false);
    }
    return done({ outputInfo });
  },
});
