import { stat } from 'node:fs/promises';
import path from 'node:path';
import { x265CommandArgs, type X265CommandInput } from '../../command/dolby-vision/x265-command-args.js';
import { y4mArgs } from '../../command/dolby-vision/y4m-args.js';
import { shellQuote } from '../../command/shell-quote.js';
import { planned } from '../../command/stream-plans.js';
import type { VideoStream } from '../../media/media-info.js';
import { StepFailure, type JobContext } from '../../pipeline/step.js';
import type { VideoEncode } from '../../plan/plan.types.js';
import { parseX265Progress } from '../../tools/dolby-vision/x265-progress.js';
import { countPictures } from './count-pictures.js';
import { diskFull, isFull } from './disk-full.js';
import { expectedFrames } from './expected-frames.js';
import { need } from './fields.js';
import { paramsOf, sourceOf } from './params.js';
import { produceRaw } from './raw-files.js';
import { isHopeless, projectBytes } from './size-projection.js';
import type { ProducedFile } from './stored.js';
import { bytesBesideVideo, tooLarge } from './too-large.js';

/** For the message when the disk is full. */
const DOING = 'x265 writes the new picture';

/** ms between two looks at the file that x265 writes */
const LOOK_MS = 1000;

export interface X265Result {
  encoded: ProducedFile;
  videoCommand: string;
  videoEncoder: string;
}

interface Encode {
  stream: VideoStream;
  video: VideoEncode;
  /** that the new picture has to have */
  frames: number;
}

function encodeOf(context: JobContext): Encode {
  const [job] = planned(need(context, 'info'), need(context, 'plan'), 'encode-video');
  if (job?.stream.kind !== 'video') throw new Error('the plan has no picture to encode');
  const measured = need(context, 'measured').streams.find(({ index }) => index === job.stream.index);
  const { video } = job.plan;
  return {
    stream: job.stream,
    video,
    frames: expectedFrames(job.stream, measured) * video.framesPerFrame,
  };
}

/** Looks at what x265 writes, and ends it early where going on makes no sense. */
class Watch {
  private readonly controller = new AbortController();
  private reason: Error | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  bytes = 0;

  constructor(
    private readonly file: string,
    private readonly judge: (bytes: number) => Error | null,
  ) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  start(): void {
    this.timer = setInterval(() => {
      void this.look();
    }, LOOK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** @throws what it has ended x265 for */
  refuse(): void {
    if (this.reason !== null) throw this.reason;
  }

  private async look(): Promise<void> {
    // On a share that hangs a look has no end, and each one more would keep a thread from everything else.
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      this.bytes = (await stat(this.file)).size;
      this.reason ??= (await isFull(path.dirname(this.file)))
        ? diskFull(path.dirname(this.file), DOING)
        : this.judge(this.bytes);
    } catch {
      // It is not there yet, or not any more.
    }
    this.isLooking = false;
    if (this.reason !== null) this.controller.abort();
  }
}

/**
 * A new picture by x265, raw, from what ffmpeg decodes. Ended early where it is heading for a file that saves too little, or the disk
 * is full.
 * @param dolbyVision what x265 itself puts into the picture
 * @throws SkipJob, StepFailure (`frame_count`, with both numbers), ToolError
 */
export async function encodeX265(
  context: JobContext,
  dolbyVision: X265CommandInput['dolbyVision'],
): Promise<X265Result> {
  const { profile } = paramsOf(context);
  const { stream, video, frames } = encodeOf(context);
  const plan = need(context, 'plan');
  const rest = bytesBesideVideo(plan, need(context, 'measured'));
  const decoder = y4mArgs({
    ...{ source: sourceOf(context).localPath, info: need(context, 'info'), stream, video },
    threads: context.threads,
  });
  let percent: number | null = null;
  let projected: number | null = null;
  let written = 0;
  let command = '';
  const encoded = await produceRaw(context, 'encoded.hevc', async (output) => {
    const args = x265CommandArgs({
      ...{ stream, video, output, frames, dolbyVision },
      threads: context.threads,
      maximumBitRate: profile.dolbyVision.maximumBitRate,
    });
    command = `${shellQuote(['ffmpeg', ...decoder])} | ${shellQuote(['x265', ...args])}`;
    const watch = new Watch(output, (bytes) => {
      projected = projectBytes(bytes, percent);
      return isHopeless(projected, rest, plan.sizeLimit)
        ? tooLarge(Math.round((projected ?? 0) + rest), plan)
        : null;
    });
    watch.start();
    try {
      await context.run('x265', args, {
        input: { tool: 'ffmpeg', args: decoder },
        stallMs: profile.act.stallSeconds * 1000,
        ...(profile.act.timeLimitMinutes > 0 ? { limitMs: profile.act.timeLimitMinutes * 60_000 } : {}),
        signal: watch.signal,
        onlyTouch: true,
        isProgress: (line) => parseX265Progress(line) !== null,
        onStderrLine: (line, touch) => {
          const progress = parseX265Progress(line);
          if (progress === null) return;
          if (progress.frame > written) touch();
          written = progress.frame;
          percent = frames > 0 ? Math.min(100, (progress.frame / frames) * 100) : null;
          const { fps } = progress;
          context.progress({
            percent,
            fps,
            etaSeconds: fps === null || fps <= 0 ? null : Math.max(0, frames - progress.frame) / fps,
            projectedBytes: projected === null ? null : Math.round(projected + rest),
          });
        },
      });
    } catch (error) {
      if (!context.signal.aborted) watch.refuse();
      throw error;
    } finally {
      watch.stop();
    }
    await requireFrames(context, output, frames);
  });
  const version = context.capabilities.tools['x265']?.version ?? 'unknown';
  return { encoded, videoCommand: command, videoEncoder: `x265 ${version}` };
}

/** @throws StepFailure when the new picture is not all there */
async function requireFrames(context: JobContext, file: string, frames: number): Promise<void> {
  const found = await countPictures(context, file);
  context.log.info(`the new picture has ${found} frames, and the source ${frames}`);
  if (await isFull(path.dirname(file))) throw diskFull(path.dirname(file), DOING);
  if (found === frames) return;
  const message = `the new picture has ${found} frames, and the source ${frames}; without a container's times each frame counts, so that the original stays`;
  throw new StepFailure({ code: 'frame_count', message }, false);
}
