import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Capabilities } from '#contracts';
import { dolbyVisionFilm, dolbyVisionStream } from '../../../media/dolby-vision.fixture.js';
import type { DolbyVisionInfo, MeasuredStreams } from '../../../media/media-info.js';
import type { Fields, JobContext, Step } from '../../../pipeline/step.js';
import { decide } from '../../../plan/decide.js';
import { profileSchema, type ProfileInput } from '../../../profile/schema/index.js';
import type { ToolOptions, ToolResult } from '../../../tools/run-tool.js';
import { metadataOf } from '../metadata.js';

/** A run of a program that was asked for and recorded, and not made. */
export interface Call {
  /** `program | program`, as they would be joined */
  line: string;
  args: readonly string[];
  options: ToolOptions;
}

/** What a program would leave: bytes for its output, lines of its own. */
export type Answer = (call: Call) => Promise<void>;

export interface Recorded {
  fields: Fields;
  calls: Call[];
  log: string[];
}

export const FRAMES = 24_000;

const RPU = Buffer.from([0, 0, 0, 1, 0x19, 0x08, 0x09, 0x80]);

/** A file of so many RPUs, as far as their number goes. */
export function rpuFile(count: number): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => RPU));
}

function measuredFilm(): MeasuredStreams {
  const stream = (index: number) => ({
    ...{ index, packets: FRAMES, discarded: 0, bytes: 1_000_000 },
    ...{ firstSeconds: 0, leadSeconds: 0, endSeconds: 1001 },
  });
  return { streams: [stream(0), stream(1)] };
}

export interface Film {
  dolbyVision: DolbyVisionInfo;
  profile: ProfileInput;
  /** on this node */
  tools?: readonly string[];
}

/** What get_metadata adds for a film, without any program. */
function knownFields({ dolbyVision, profile }: Film): Fields {
  const info = dolbyVisionFilm(dolbyVision);
  const measured = measuredFilm();
  const decision = decide(info, profileSchema.parse(profile));
  if (decision.verdict === 'skip') throw new Error(decision.reason.message);
  const metadata = metadataOf(dolbyVisionStream(dolbyVision), measured, null);
  return {
    ...{ info, measured, metadata, plan: decision.plan },
    ...{ rpuSummary: null, audio: null, subtitles: null },
  };
}

/** The output of a call: what its arguments name as one. */
export function outputOf({ args }: Call): string | null {
  const at = args.findIndex((word) => ['--output', '--rpu-out', '-o'].includes(word));
  const last = args.at(-1) ?? '';
  return at >= 0 ? (args[at + 1] ?? null) : last.startsWith('file:') ? last.slice('file:'.length) : null;
}

/** Runs steps one after the other on what they add, with programs that only leave what `answer` says. */
export async function recordSteps(
  steps: readonly Step[],
  film: Film,
  folder: string,
  answer: Answer,
  before: Fields = knownFields(film),
): Promise<Recorded> {
  await mkdir(folder, { recursive: true });
  const calls: Call[] = [];
  const log: string[] = [];
  let fields = before;
  const tools = film.tools ?? ['ffmpeg', 'ffprobe', 'dovi_tool', 'x265'];
  const capabilities: Capabilities = {
    tools: Object.fromEntries(tools.map((name) => [name, { path: `/usr/bin/${name}`, version: '1.0' }])),
    ...{ encoders: [], decoders: [], filters: [], hardwareEncoders: [], svtAv1Version: null, gpus: [] },
    ...{ cores: 2, memoryBytes: 1, platform: 'linux-x64' },
  };
  const source = { name: 'source', path: '/film.mkv', localPath: '/film.mkv', size: 1000, mtimeNs: '0' };
  const context: Omit<JobContext, 'fields'> = {
    ...{ jobId: 1, attempt: 1, token: 'token', title: 'film.mkv', workFolder: folder },
    params: { profile: film.profile, profileName: 'test', profileHash: '', sourceHash: null },
    inputs: [source],
    children: new Map(),
    capabilities,
    threads: 0,
    gpuDevice: null,
    signal: new AbortController().signal,
    log: { info: (line) => log.push(line), command: () => undefined, tool: () => undefined },
    progress: () => undefined,
    run: async (tool, args, options = {}): Promise<ToolResult> => {
      const line = options.input === undefined ? tool : `${options.input.tool} | ${tool}`;
      const call = { line, args, options };
      calls.push(call);
      await answer(call);
      return { exitCode: 0, stdout: '', stderr: '', durationMs: 1 };
    },
    produce: async (name, write, into) => {
      const partial = path.join(into ?? folder, `partial-${name}`);
      const final = path.join(into ?? folder, `token-${name}`);
      try {
        await write(partial);
        await rename(partial, final);
        return final;
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
    },
    scratch: () => Promise.resolve(null),
  };
  for (const step of steps) {
    const result = await step.run({ ...context, fields });
    fields = { ...fields, ...step.adds.parse(result.fields) };
  }
  return { fields, calls, log };
}

/** Leaves for each program what it would leave of a faultless film. */
export function faultless(rpus = FRAMES, frames = FRAMES): Answer {
  return async (call) => {
    const output = outputOf(call);
    if (call.line === 'ffprobe') {
      for (let frame = 0; frame < frames; frame += 1) call.options.onStdoutLine?.('K_', () => undefined);
    } else if (output !== null) {
      await writeFile(output, call.args.includes('extract-rpu') ? rpuFile(rpus) : call.line);
    }
  };
}

/** What lies in the work folder, without the attempts' tokens. */
export async function left(folder: string): Promise<string[]> {
  return (await readdir(folder)).map((name) => name.replace(/^token-/, '')).sort();
}
