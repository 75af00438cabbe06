import path from 'node:path';
import type { MeasuredStreams, MediaInfo } from '../../media/media-info.js';
import { StepFailure, type JobContext } from '../../pipeline/step.js';
import { countArgs } from '../../command/count-args.js';
import { measurePackets, probeFile, type RunTool } from '../../tools/ffprobe.js';
import { lastWords } from '../../tools/last-words.js';
import { ToolError } from '../../tools/tool-error.js';
import { checkMetric, chooseMetric } from '../../verify/metric.js';
import { profileRepeats } from '../../verify/repeats.js';
import { verify as verifyOutput, verifyContent } from '../../verify/verify.js';
import type { Finding, VerifyInput } from '../../verify/verify.types.js';
import { decodeOutput } from './decode-output.js';
import { paramsOf, sourceOf } from './params.js';
import { need, type FilmFields } from './fields.js';
import { measureContent, type ContentInput } from './measure-content.js';
import { measureMetric } from './measure-metric.js';
import { runFfmpeg, runLimited } from './run-ffmpeg.js';

const PROBE_TIMEOUT_MS = 120_000;
/** ms that decoding one sample may take, of a large picture on a slow machine */
const SAMPLE_TIMEOUT_MS = 900_000;

async function probeOutput(file: string, run: RunTool): Promise<MediaInfo> {
  try {
    return await probeFile(file, { timeoutMs: PROBE_TIMEOUT_MS, run });
  } catch (error) {
    if (!(error instanceof ToolError) || !['tool_failed', 'tool_bad_output'].includes(error.code))
      throw error;
    const message = `the result cannot be read; it was thrown away, the original stays: ${error.message}`;
    throw new StepFailure({ code: 'output_unreadable', message }, true, { cause: error });
  }
}

/** Headers and packets; when a picture's packets do not add up, what a decoder makes of them decides. */
async function checkFlow(context: JobContext, input: VerifyInput): Promise<Finding[]> {
  const findings = verifyOutput(input);
  const odd = findings.find(({ code }) => code === 'packet_count');
  const stream = input.source.streams.find(({ index }) => index === odd?.stream);
  const entry = input.plan.streams.find(({ index }) => index === odd?.stream);
  if (stream?.kind !== 'video' || entry?.action !== 'encode-video') return findings;
  let frames = 0;
  const { stderr } = await runFfmpeg(context, countArgs(sourceOf(context).localPath, stream.index), {
    durationSeconds: input.source.container.durationSeconds,
    onProgress: (progress) => {
      frames = progress.frame ?? frames;
      return { projectedBytes: null };
    },
  });
  const sourceFrames = { frames, damaged: stderr !== '' };
  context.log.info(
    `the source's picture has ${sourceFrames.frames} frames that can be shown${sourceFrames.damaged ? ', and is damaged' : ''}`,
  );
  return verifyOutput({ ...input, sourceFrames });
}

async function checkContent(
  context: JobContext,
  outputInfo: MediaInfo,
  file: string,
  run: RunTool,
): Promise<Finding[]> {
  const { decoders, filters } = context.capabilities;
  const content: ContentInput = {
    source: sourceOf(context).localPath,
    output: file,
    info: need(context, 'info'),
    measured: need(context, 'measured'),
    outputInfo,
    plan: need(context, 'plan'),
    decoders,
    scratch: (name) => path.join(context.workFolder, `${context.token}-${name}`),
    run,
    limitMs: SAMPLE_TIMEOUT_MS,
  };
  const findings = verifyContent(await measureContent(content));
  if (findings.length > 0) return findings;
  const floor = chooseMetric(paramsOf(context).profile, filters);
  if (floor === null) return [];
  if ('code' in floor) return [floor];
  const metric = await measureMetric(content, floor);
  if (metric === null) return [];
  context.log.info(`${metric.name}: ${metric.samples.join(', ')}`);
  return checkMetric(metric);
}

function refuseFindings(context: JobContext, findings: readonly Finding[]): void {
  for (const finding of findings) context.log.info(`finding ${finding.code}: ${finding.message}`);
  const [first] = findings;
  if (first === undefined) return;
  const said = findings.map((finding) => finding.message).join('; ');
  const message = `the result is not what it should be; it was thrown away, the original stays: ${said}`;
  throw new StepFailure({ code: first.code, message }, false);
}

function refuseRepetition(context: JobContext, outputInfo: MediaInfo, measured: MeasuredStreams): void {
  const repeats = profileRepeats(
    outputInfo,
    paramsOf(context).profile,
    need(context, 'plan').pipeline,
    measured,
  );
  if (repeats !== null) throw new StepFailure(repeats, false);
}

/**
 * Whether the result is the source in all that matters: headers, every packet, every frame decoded, and what samples of both
 * files show and let hear.
 */
export async function verifyFilm(context: JobContext): Promise<Pick<FilmFields, 'outputInfo'>> {
  const { path: file } = need(context, 'output');
  const run = runLimited(context);
  const stallMs = paramsOf(context).profile.act.stallSeconds * 1000;
  const outputInfo = await probeOutput(file, run);
  const decoded = await decodeOutput(context, outputInfo, file);
  const { measured, complaints } = await measurePackets(file, { stallMs, run });
  const said = [decoded, complaints].filter((text) => text !== '').join('\n');
  if (said !== '') {
    const message = `the result does not decode cleanly; it was thrown away, the original stays: ${lastWords(said, file)}`;
    throw new StepFailure({ code: 'output_damaged', message }, true);
  }
  const flow = await checkFlow(context, {
    plan: need(context, 'plan'),
    source: need(context, 'info'),
    sourceMeasured: need(context, 'measured'),
    output: outputInfo,
    outputMeasured: measured,
  });
  // Tracks that are not there cannot be compared.
  refuseFindings(context, flow);
  refuseFindings(context, await checkContent(context, outputInfo, file, run));
  refuseRepetition(context, outputInfo, measured);
  return { outputInfo };
}
