import { shellQuote } from '../../command/shell-quote.js';
import { planned } from '../../command/stream-plans.js';
import { videoArgs } from '../../command/video-args.js';
import type { MeasuredStreams } from '../../media/media-info.js';
import type { Plan } from '../../plan/plan.types.js';
import { defineStep, done, SkipJob, type JobContext } from '../../pipeline/step.js';
import { added, need, sourceOf } from './fields.js';
import { isStillThere, produceFile } from './files.js';
import { runFfmpeg } from './run-ffmpeg.js';
import { isHopeless, projectBytes } from './size-projection.js';

/** Bytes that everything but the picture will take: what is copied as measured, what is encoded as planned. */
function bytesBesideVideo(plan: Plan, measured: MeasuredStreams): number {
  return plan.streams.reduce((sum, stream) => {
    const source = measured.streams.find((candidate) => candidate.index === stream.index);
    if (source === undefined) return sum;
    if (stream.action === 'copy') return sum + source.bytes;
    if (stream.action !== 'encode-audio') return sum;
    const seconds = (source.endSeconds ?? 0) - (source.firstSeconds ?? 0);
    return sum + (stream.audio.bitRate * 1000 * seconds) / 8;
  }, 0);
}

function tooLarge(projected: number, plan: Plan): SkipJob {
  return new SkipJob({
    code: 'projected_too_large',
    message: `the encode was given up: it was heading for ${projected} bytes, and more than ${plan.sizeLimit} is not worth it`,
  });
}

async function encode(context: JobContext, args: (output: string) => string[], index: number) {
  const plan = need(context, 'plan');
  const measured = need(context, 'measured');
  const source = measured.streams.find((stream) => stream.index === index);
  const rest = bytesBesideVideo(plan, measured);
  const start = source?.firstSeconds ?? 0;
  const durationSeconds = source?.endSeconds == null ? null : source.endSeconds - start;
  const hopeless = new AbortController();
  let projectedTotal = 0;
  try {
    return await produceFile(context, 'video.ivf', async (output) => {
      await runFfmpeg(context, args(output), {
        durationSeconds,
        startSeconds: start,
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

/** The picture, into an IVF file of its own. */
export const encodeVideo = defineStep({
  name: 'encode_video',
  slot: true,
  adds: added.encodeVideo,
  run: async (context) => {
    const info = need(context, 'info');
    const [job] = planned(info, need(context, 'plan'), 'encode-video');
    if (job?.stream.kind !== 'video') return done({ video: null, videoCommand: null });
    const { stream, plan } = job;
    let command = '';
    const video = await encode(
      context,
      (output) => {
        const args = videoArgs({
          input: sourceOf(context).localPath,
          output,
          video: plan.video,
          stream,
          info,
        });
        command = shellQuote(['ffmpeg', ...args]);
        return args;
      },
      stream.index,
    );
    return done({ video, videoCommand: command });
  },
  stillValid: async ({ video }) => video === null || isStillThere(video),
});
