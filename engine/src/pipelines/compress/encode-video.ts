import { chooseEncoder, encoderVersion, type EncoderName } from '../../command/encoders/index.js';
import { shellQuote } from '../../command/shell-quote.js';
import { planned, type PlanOf } from '../../command/stream-plans.js';
import { withThreads } from '../../command/thread-args.js';
import { videoArgs, videoExtension } from '../../command/video-args.js';
import type { VideoStream } from '../../media/media-info.js';
import type { VideoEncode } from '../../plan/plan.types.js';
import { defineStep, done, StepFailure, type JobContext } from '../../pipeline/step.js';
import { sourceOf } from '../film/params.js';
import { expectedFrames } from '../film/expected-frames.js';
import { added, need } from '../film/fields.js';
import { isStillThere, produceFile } from '../film/files.js';
import { runFfmpeg } from '../film/run-ffmpeg.js';
import { isHopeless, projectBytes } from '../film/size-projection.js';
import { bytesBesideVideo, tooLarge } from '../film/too-large.js';

/**
 * The encoder that this node has for the plan.
 * @throws StepFailure when there is none: another attempt here would find none either
 */
function encoderFor(context: JobContext, video: VideoEncode): EncoderName {
  const choice = chooseEncoder(video, context.capabilities);
  if (!choice.ok) throw new StepFailure(choice.reason, false);
  context.log.info(`encoder: ${choice.encoder}${choice.note === null ? '' : ` (${choice.note})`}`);
  return choice.encoder;
}

async function encode(
  context: JobContext,
  name: string,
  args: (output: string) => string[],
  stream: VideoStream,
  { index, video }: PlanOf<'encode-video'>,
) {
  const plan = need(context, 'plan');
  const measured = need(context, 'measured');
  const source = measured.streams.find((stream) => stream.index === index);
  const rest = bytesBesideVideo(plan, measured);
  const durationSeconds = source?.endSeconds == null ? null : source.endSeconds - (source.firstSeconds ?? 0);
  const hopeless = new AbortController();
  let projectedTotal = 0;
  try {
    return await produceFile(context, name, async (output) => {
      await runFfmpeg(context, args(output), {
        durationSeconds,
        frames: expectedFrames(stream, source) * video.framesPerFrame,
        cancel: hopeless.signal,
        onProgress: (progress, percent) => {
          const projected = projectBytes(progress.totalSize, percent);
          projectedTotal = projected === null ? 0 : Math.round(projected + rest);
          if (isHopeless(projected, rest, plan.sizeLimit)) hopeless.abort();
          return { projectedBytes: projected === null ? null : projectedTotal };
        },
      });
    });
  } catch (error) {
    if (hopeless.signal.aborted && !context.signal.aborted) throw tooLarge(projectedTotal, plan);
    throw error;
  }
}

/** The picture, into a file of its own. */
export const encodeVideo = defineStep({
  name: 'encode_video',
  slot: true,
  usesGpu: (context, encoders) => {
    const [job] = planned(need(context, 'info'), need(context, 'plan'), 'encode-video');
    if (job === undefined) return true;
    const choice = chooseEncoder(job.plan.video, {
      ...context.capabilities,
      hardwareEncoders: [...encoders],
    });
    return choice.ok && choice.hardware;
  },
  adds: added.encodeVideo,
  run: async (context) => {
    const info = need(context, 'info');
    const [job] = planned(info, need(context, 'plan'), 'encode-video');
    if (job?.stream.kind !== 'video') return done({ video: null, videoCommand: null, videoEncoder: null });
    const { stream, plan } = job;
    const encoder = encoderFor(context, plan.video);
    let command = '';
    const video = await encode(
      context,
      `video.${videoExtension(plan.video.codec)}`,
      (output) => {
        const options = videoArgs({
          input: sourceOf(context).localPath,
          output,
          video: plan.video,
          encoder,
          stream,
          info,
          ...(context.threads === 0 ? {} : { threads: context.threads }),
          svtAv1Version: context.capabilities.svtAv1Version,
          ...(context.gpuDevice === null ? {} : { device: context.gpuDevice }),
        });
        const args = withThreads(options, context.threads);
        command = shellQuote(['ffmpeg', ...args]);
        return args;
      },
      stream,
      plan,
    );
    return done({
      video,
      videoCommand: command,
      videoEncoder: encoderVersion(encoder, context.capabilities),
    });
  },
  stillValid: async ({ video }) => video === null || isStillThere(video),
});
