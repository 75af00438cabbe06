import { withThreads } from '../../command/thread-args.js';
import type { JobContext } from '../../pipeline/step.js';
import { FfmpegProgressParser, type FfmpegProgress } from '../../tools/ffmpeg-progress.js';
import type { RunTool } from '../../tools/ffprobe.js';
import type { ToolResult } from '../../tools/run-tool.js';
import { paramsOf } from './params.js';

export interface FfmpegRun {
  /** seconds of the film; null when nobody knows */
  durationSeconds: number | null;
  /** that will come out; where it is known, it tells how far the run is */
  frames?: number;
  /** ends this run, not the job */
  cancel?: AbortSignal;
  /** twice a second */
  onProgress?: (progress: FfmpegProgress, percent: number | null) => { projectedBytes: number | null };
}

/** Runs a job's tools with no more threads than it may use. */
export function runLimited(context: JobContext): RunTool {
  return (tool, args, options) =>
    context.run(tool, tool === 'ffmpeg' ? withThreads(args, context.threads) : args, options);
}

/**
 * Runs ffmpeg with its progress read. A report that says the same as the last one is no sign of life: a hung
 * ffmpeg goes on printing it.
 * @throws ToolError
 */
export async function runFfmpeg(
  context: JobContext,
  args: readonly string[],
  run: FfmpegRun,
): Promise<ToolResult> {
  const { act } = paramsOf(context).profile;
  const parser = new FfmpegProgressParser();
  let last = '';
  return runLimited(context)('ffmpeg', args, {
    stallMs: act.stallSeconds * 1000,
    ...(act.timeLimitMinutes > 0 ? { limitMs: act.timeLimitMinutes * 60_000 } : {}),
    onlyTouch: true,
    ...(run.cancel === undefined ? {} : { signal: run.cancel }),
    onStdoutLine: (line, touch) => {
      const progress = parser.push(line);
      if (progress === null) return;
      const state = `${progress.frame} ${progress.totalSize} ${progress.outSeconds}`;
      if (state !== last) touch();
      last = state;
      const percent = percentOf(progress, run);
      const extra = run.onProgress?.(progress, percent);
      context.progress({
        percent,
        fps: progress.fps,
        speed: progress.speed,
        etaSeconds: etaOf(progress, percent, run.durationSeconds),
        projectedBytes: extra?.projectedBytes ?? null,
      });
    },
  });
}

/**
 * How far a run is. Its seconds say little: with timestamps copied, ffmpeg counts them from where the film was at its
 * first report, which may come late.
 */
export function percentOf(
  { frame, outSeconds }: Pick<FfmpegProgress, 'frame' | 'outSeconds'>,
  { frames, durationSeconds }: Pick<FfmpegRun, 'frames' | 'durationSeconds'>,
): number | null {
  const part = (done: number, all: number) => Math.max(0, Math.min(100, (done / all) * 100));
  if (frames !== undefined && frames > 0) return frame === null ? null : part(frame, frames);
  if (outSeconds === null || durationSeconds === null || durationSeconds <= 0) return null;
  return part(outSeconds, durationSeconds);
}

function etaOf(
  progress: FfmpegProgress,
  percent: number | null,
  durationSeconds: number | null,
): number | null {
  if (percent === null || durationSeconds === null || progress.speed === null || progress.speed <= 0)
    return null;
  return ((1 - percent / 100) * durationSeconds) / progress.speed;
}
