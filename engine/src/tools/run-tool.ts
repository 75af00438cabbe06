import { findOnPath } from './find-on-path.js';
import { LineSplitter } from './line-splitter.js';
import { startPair, startProgram, type Program, type ProgramEnd } from './start-program.js';
import { ToolGuard } from './tool-guard.js';
import type { ToolOptions, ToolResult } from './tool-options.js';
import { endOfPair } from './tool-pair.js';
import { CAN_STOP_TOOLS, pauseEnd } from './tool-pause.js';
import { ToolProcess } from './tool-process.js';
import { wrapCommand, type Command } from './wrap-command.js';

export type { ToolInput, ToolOptions, ToolResult } from './tool-options.js';

/** What runs: one tool, or two, of which the last is the one that was asked for. */
interface Cast {
  main: ToolProcess;
  writer: ToolProcess | null;
  /** for messages */
  names: string;
}

function castOf(file: string, { input, okExitCodes = [0] }: ToolOptions): Cast {
  const main = new ToolProcess(file, okExitCodes);
  if (input === undefined) return { main, writer: null, names: file };
  return { main, writer: new ToolProcess(input.tool, [0]), names: `${input.tool} | ${file}` };
}

/** Asked here, because below a wrapper a missing program is just another exit code. */
async function requireTool(tool: ToolProcess): Promise<void> {
  if (!tool.name.includes('/') && (await findOnPath(tool.name)) === null) {
    throw tool.fail('tool_missing', `${tool.name} is not installed, or not on the PATH`);
  }
}

/** Everything that has to be waited for comes before, so that nothing can happen while they start. */
function start(commands: readonly Command[], options: ToolOptions): Program[] {
  const [first, second] = commands;
  const how = {
    cwd: options.cwd,
    hasStdout: options.captureStdout !== undefined || options.onStdoutLine !== undefined,
  };
  if (first === undefined) return [];
  return second === undefined ? [startProgram(first, how)] : startPair(first, second, how);
}

/**
 * Runs one program to its end, with standard input closed, or two as one, see `input`; each in a process group of its own.
 * @throws ToolError: missing, failed (exit code, or killed from outside), stalled, over its time, or cancelled. Of two it names the one
 *   that failed first. When it throws, the whole group has ended.
 */
export async function runTool(
  file: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  const { input, signal } = options;
  const cast = castOf(file, options);
  const { main, writer, names } = cast;
  // A function, since the compiler takes a signal that was not aborted a moment ago for one that never will be.
  const wasCancelled = () => signal?.aborted === true;
  const notBegun = () => main.fail('tool_cancelled', `${names} was cancelled before it started`);
  if (wasCancelled()) throw notBegun();
  if (writer !== null) await requireTool(writer);
  await requireTool(main);
  const commands = [await wrapCommand([file, args], options)];
  if (input !== undefined) commands.unshift(await wrapCommand([input.tool, input.args], options));
  const pause = CAN_STOP_TOOLS ? options.pause : undefined;
  while (pause?.paused === true && !wasCancelled()) await pauseEnd(pause, signal);
  if (wasCancelled()) throw notBegun();

  const programs = start(commands, options);
  const pids = programs.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  const kill = (what: NodeJS.Signals) => {
    for (const program of programs) program.kill(what);
  };
  const guard = new ToolGuard(names, options, kill, programs.at(-1)?.pid);
  for (const pid of pids) options.onSpawn?.(pid);
  try {
    const { exitCode, stdout } = await followAll(cast, programs, guard, options);
    return { exitCode: exitCode ?? 0, stdout, stderr: main.words, durationMs: guard.worked };
  } finally {
    guard.close();
  }
}

/** Hears all programs to their end. @throws ToolError */
async function followAll(
  { main, writer }: Cast,
  programs: readonly Program[],
  guard: ToolGuard,
  options: ToolOptions,
): Promise<{ exitCode: number | null; stdout: string }> {
  const { input, captureStdout, onStdoutLine } = options;
  const touch = () => {
    guard.touch();
  };
  const heard = () => {
    if (options.onlyTouch !== true) touch();
  };
  const stdout: string[] = [];
  let captured = 0;
  const stdoutLines = new LineSplitter((line) => {
    heard();
    onStdoutLine?.(line, touch);
  });
  const [program] = programs.slice(-1);
  const [source] = programs;
  if (program === undefined || source === undefined) throw new Error('nothing was started');
  const ended = main.follow(program, {
    isProgress: options.isProgress,
    onStdout: (chunk) => {
      if (captureStdout !== undefined) {
        captured += chunk.length;
        if (captured <= captureStdout) stdout.push(chunk);
        else guard.end('tool_bad_output', `${main.name} printed more than ${captureStdout} characters`);
      }
      if (onStdoutLine !== undefined) stdoutLines.push(chunk);
    },
    onStderrLine: (line) => {
      heard();
      options.onStderrLine?.(line, touch);
    },
  });
  let end: ProgramEnd;
  if (writer === null) end = await ended;
  else {
    const written = writer.follow(source, {
      isProgress: input?.isProgress,
      onStderrLine: (line) => {
        input?.onStderrLine?.(line, touch);
      },
    });
    const halves = [
      { tool: writer, ended: written },
      { tool: main, ended },
    ] as const;
    end = await endOfPair(...halves, guard, input?.respiteMs);
  }
  stdoutLines.end();
  if (guard.ending !== null) throw main.fail(guard.ending.code, guard.ending.message, end);
  const error = writer === null ? main.judge(end) : null;
  if (error !== null) throw error;
  return { exitCode: end.exitCode, stdout: stdout.join('') };
}
