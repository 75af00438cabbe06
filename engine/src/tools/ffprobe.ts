import { durationOf } from '../media/duration.js';
import { layerArgs, readLayer, unknownLayer, withLayer } from '../media/enhancement-layer.js';
import type { MediaInfo, MeasuredStreams } from '../media/media-info.js';
import {
  FFPROBE_ARGS,
  FFPROBE_FURTHER_ARGS,
  hasUnseenPicture,
  PACKET_ARGS,
  PacketMeter,
  parseFfprobe,
} from '../media/ffprobe.js';
import { lastWords } from './last-words.js';
import { runTool } from './run-tool.js';
import { ToolError, type ToolErrorCode } from './tool-error.js';

/** Characters of JSON that one file may bring; a film with 1,000 chapters needs about 300,000. */
const MAX_JSON = 32 * 1024 * 1024;

/** Who runs the program: `runTool` itself, or a job that logs what it runs. */
export type RunTool = typeof runTool;

export interface ProbeOptions {
  /** ms after which the probe is given up */
  timeoutMs: number;
  signal?: AbortSignal;
  run?: RunTool;
}

/** A name that ffprobe cannot take for an option or a protocol. */
export function fileUrl(path: string): string {
  return `file:${path}`;
}

/** What ffmpeg opens other files for, whatever their own name is: they are no films that could be replaced. */
const LISTS = new Set(['applehttp', 'concat', 'dash', 'hls', 'imf']);

function refuseList(info: MediaInfo): MediaInfo {
  const list = info.container.formatNames.find((name) => LISTS.has(name));
  if (list === undefined) return info;
  throw new ToolError(
    'tool_failed',
    `This file is no film but a list of other files (${list}); it is left alone.`,
    {
      ...{ tool: 'ffprobe', exitCode: 0, signal: null, stderr: '' },
    },
  );
}

/** What it means for a file that ffprobe does not get along with it. */
function refusal(error: ToolError, path: string): ToolError {
  const { code, details } = error;
  const meaning = {
    tool_failed:
      'Nothing can be played from this file: it is empty, cut off, damaged at its head, or no film.',
    tool_killed: 'This file, or a lack of memory, ended the program that reads headers.',
    tool_time_limit: 'This file takes too long to read: it is badly damaged, or its disk is very slow.',
    tool_stalled: 'This file takes too long to read: it is badly damaged, or its disk is very slow.',
    tool_bad_output: 'What this file says of itself is too much, or makes no sense: it is damaged.',
    tool_missing: null,
    tool_cancelled: null,
  }[code];
  if (meaning === null) return error;
  const said =
    code === 'tool_failed' ? `ffprobe says: ${lastWords(details.stderr, path)}` : `(${error.message})`;
  return new ToolError(code, `${meaning} ${said}`, details);
}

/**
 * Reads a file's headers.
 * @throws ToolError (`tool_failed` when ffprobe refuses the file, `tool_time_limit`, `tool_bad_output`), whose message
 *   says what that means for the file, and then what ffprobe said
 */
export async function probeFile(path: string, options: ProbeOptions): Promise<MediaInfo> {
  let info: MediaInfo;
  try {
    info = await readHeaders(path, options);
  } catch (error) {
    throw error instanceof ToolError ? refusal(error, path) : error;
  }
  return refuseList(info);
}

async function readHeaders(path: string, options: ProbeOptions): Promise<MediaInfo> {
  const run = options.run ?? runTool;
  const ask = (args: readonly string[]) =>
    run('ffprobe', [...args, fileUrl(path)], {
      captureStdout: MAX_JSON,
      limitMs: options.timeoutMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  let result = await ask(FFPROBE_ARGS);
  try {
    let json: unknown = JSON.parse(result.stdout);
    if (hasUnseenPicture(json)) {
      result = await ask(FFPROBE_FURTHER_ARGS);
      json = JSON.parse(result.stdout);
    }
    const info = await withKnownLayer(path, parseFfprobe(json), options);
    return durationOf(info) === null ? await withoutDuration(path, info, options) : info;
  } catch (error) {
    if (error instanceof ToolError) throw error;
    const message = `ffprobe's answer could not be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new ToolError('tool_bad_output', message, {
      tool: 'ffprobe',
      exitCode: result.exitCode,
      signal: null,
      stderr: result.stderr,
    });
  }
}

/** Cancelled, or nobody there who could answer: no word on the file. */
const NO_ANSWER: readonly ToolErrorCode[] = ['tool_cancelled', 'tool_missing'];

/** Of two layers of Dolby Vision, only the picture's own metadata tells what is in the second; one that cannot be read stays unknown. */
async function withKnownLayer(path: string, info: MediaInfo, options: ProbeOptions): Promise<MediaInfo> {
  const video = unknownLayer(info);
  if (video === null) return info;
  const run = options.run ?? runTool;
  try {
    const { stdout } = await run('ffprobe', [...layerArgs(video.index), fileUrl(path)], {
      captureStdout: MAX_JSON,
      limitMs: options.timeoutMs,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const layer = readLayer(JSON.parse(stdout));
    return layer === null ? info : withLayer(info, video.index, layer);
  } catch (error) {
    const isAnswer =
      error instanceof SyntaxError || (error instanceof ToolError && !NO_ANSWER.includes(error.code));
    if (!isAnswer || options.signal?.aborted === true) throw error;
    return info;
  }
}

/** A recording that was never finished says nowhere how long it is: its packets do. */
async function withoutDuration(path: string, info: MediaInfo, options: ProbeOptions): Promise<MediaInfo> {
  const run = options.run ?? runTool;
  const meter = new PacketMeter();
  await run('ffprobe', [...PACKET_ARGS, fileUrl(path)], {
    onStdoutLine: (line) => {
      meter.push(line);
    },
    limitMs: options.timeoutMs,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const ends = meter.result().streams.flatMap(({ endSeconds }) => endSeconds ?? []);
  if (ends.length === 0) return info;
  const durationSeconds = Math.max(0, Math.max(...ends) - Math.max(0, info.container.startSeconds));
  return { ...info, container: { ...info.container, durationSeconds } };
}

/**
 * Reads every packet of a file, without decoding: the only way to know where each stream really ends.
 * Takes as long as reading the file does.
 * @returns the measures, and what ffprobe complained about on the way
 */
export async function measurePackets(
  path: string,
  options: { stallMs: number; run: RunTool },
): Promise<{ measured: MeasuredStreams; complaints: string }> {
  const meter = new PacketMeter();
  const result = await options.run('ffprobe', [...PACKET_ARGS, fileUrl(path)], {
    onStdoutLine: (line) => {
      meter.push(line);
    },
    stallMs: options.stallMs,
  });
  return { measured: meter.result(), complaints: result.stderr };
}
