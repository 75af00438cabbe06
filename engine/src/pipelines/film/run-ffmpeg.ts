import { withThreads } from '../../command/thread-args.js';
import type { JobContext } from '../../pipeline/step.js';
import { FfmpegProgressParser, type FfmpegProgress } from '../../tools/ffmpeg-progress.js';
import { CAN_SEE_WORK, workOfProgram } from '../../tools/life-signs.js';
import type { RunTool } from '../../tools/ffprobe.js';
import type { ToolResult } from '../../tools/run-tool.js';
import { toolLimits } from './tool-limits.js';

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
 * Reads ffmpeg's reports. One that says the same as the last is no sign of life: a hung ffmpeg goes on printing it.
 */
function reportReader(context: JobContext, run: FfmpegRun): (line: string, touch: () => void) => void {
  const parser = new FfmpegProgressParser();
  let last = '';
  return (line, touch) => {
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
  };
}

/**
 * Runs ffmpeg with its progress read.
 * @throws ToolError
 */
export async function runFfmpeg(
  context: JobContext,
  args: readonly string[],
  run: FfmpegRun,
): Promise<ToolResult> {
  return runLimited(context)('ffmpeg', args, {
    ...toolLimits(context),
    ...(run.cancel === undefined ? {} : { signal: run.cancel }),
    onStdoutLine: reportReader(context, run),
  });
}

/** `key=value`, which ffmpeg prints beside its warnings where its standard output is another program's. */
const REPORT = /^[a-z_0-9]+=\s*\S*\s*$/;

/**
 * Runs a program on what ffmpeg writes, with ffmpeg's progress read.
 * @param ffmpegArgs their output is standard output, their progress standard error
 * @throws ToolError
 */
export async function runOnFfmpeg(
  context: JobContext,
  tool: string,
  args: readonly string[],
  ffmpegArgs: readonly string[],
  run: Pick<FfmpegRun, 'durationSeconds' | 'frames'>,
): Promise<ToolResult> {
  return context.run(tool, args, {
    ...toolLimits(context),
    // It may have much to do with what it has read when ffmpeg has long ended.
    ...(CAN_SEE_WORK ? { aliveBy: workOfProgram } : {}),
    input: {
      tool: 'ffmpeg',
      args: withThreads(ffmpegArgs, context.threads),
      isProgress: (line) => REPORT.test(line),
      onStderrLine: reportReader(context, run),
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
