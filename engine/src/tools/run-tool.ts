import { execa } from 'execa';
import { findOnPath } from './find-on-path.js';
import { LineSplitter } from './line-splitter.js';
import { TailBuffer } from './tail-buffer.js';
import { ToolError, type ToolErrorCode } from './tool-error.js';
import { CAN_STOP_TOOLS, pauseEnd, WorkClock, type ToolPause } from './tool-pause.js';

export interface ToolOptions {
  cwd?: string;
  /** ends the tool and everything it started */
  signal?: AbortSignal;
  /** ms without a call of `touch` after which the tool counts as hung; none: no watchdog */
  stallMs?: number;
  /** ms that it may take in all */
  limitMs?: number;
  /** collect standard output, at most this many characters */
  captureStdout?: number;
  /** each line of standard output; counts as a sign of life unless `onlyTouch` */
  onStdoutLine?: (line: string, touch: () => void) => void;
  onStderrLine?: (line: string) => void;
  /** lines of output are no sign of life by themselves: ffmpeg prints its progress while it hangs */
  onlyTouch?: boolean;
  /** exit codes that are fine; mkvmerge says 1 for a warning */
  okExitCodes?: readonly number[];
  /** told once the program runs: its process id, which is its group's as well */
  onSpawn?: (pid: number) => void;
  /** 1 to 19: more polite to what else runs on the machine */
  nice?: number;
  /** the same for the disk: after others, or only when nobody else wants it; Linux only, and where there is `ionice` */
  io?: 'low' | 'idle';
  /**
   * while it is on, the tool and all that it has started stand still, and their time as well: no limit runs out. One that is to begin
   * waits. Not on Windows.
   */
  pause?: ToolPause;
}

export interface ToolResult {
  exitCode: number;
  stdout: string;
  /** the last 8 KiB of standard error */
  stderr: string;
  /** of work: pauses do not count */
  durationMs: number;
}

/** ms between SIGTERM and SIGKILL: an ffmpeg may ignore one SIGTERM. */
const TERM_GRACE_MS = 3000;

/** Characters of standard output kept for the message of a failure. */
const STDOUT_TAIL = 2048;

/**
 * Keeps tools from real-time priorities: SVT-AV1 gives itself the highest one where it may, which is as root, and then nothing else on
 * the machine runs, whatever `nice` says.
 */
const NO_REAL_TIME = ['--bounding-set', '-sys_nice'] as const;

/** Asked once: only root has it, and not in every container may it be given up. */
let realTime: Promise<readonly string[]> | null = null;

async function withoutRealTime(): Promise<readonly string[]> {
  if (process.geteuid?.() !== 0) return [];
  const { exitCode } = await execa('setpriv', [...NO_REAL_TIME, '--', 'true'], {
    ...{ reject: false, stdio: 'ignore' },
  });
  return exitCode === 0 ? NO_REAL_TIME : [];
}

/** ionice's words: best effort at its lowest priority, and only what others leave. `-t`: where it may not, the tool runs all the same. */
const IO_ARGS = { low: ['-t', '-c', '2', '-n', '7'], idle: ['-t', '-c', '3'] } as const;

/**
 * The command that really runs: below `setpriv --pdeathsig`, so that a killed parent takes its tools with it,
 * and below `nice` and `ionice` where asked. All replace themselves by the tool, so that its pid and group are the child's.
 */
async function wrap(
  file: string,
  args: readonly string[],
  { nice = 0, io }: Pick<ToolOptions, 'nice' | 'io'>,
): Promise<[string, string[]]> {
  let command = [file, ...args];
  if (nice > 0 && process.platform !== 'win32') command = ['nice', '-n', String(nice), ...command];
  if (process.platform === 'linux') {
    if (io !== undefined && (await findOnPath('ionice')) !== null) {
      command = ['ionice', ...IO_ARGS[io], ...command];
    }
    if ((await findOnPath('setpriv')) !== null) {
      realTime ??= withoutRealTime();
      command = ['setpriv', '--pdeathsig', 'KILL', ...(await realTime), '--', ...command];
    }
  }
  const [head = file, ...rest] = command;
  return [head, rest];
}

/**
 * Runs one program to its end, with standard input closed and in a process group of its own.
 * @throws ToolError: missing, failed (exit code, or killed from outside), stalled, over its time, or cancelled.
 *   When it throws, the whole group has ended.
 */
export async function runTool(
  file: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  const stderr = new TailBuffer();
  const stdoutTail = new TailBuffer(STDOUT_TAIL);
  const fail = (
    code: ToolErrorCode,
    message: string,
    exitCode: number | null = null,
    signal: string | null = null,
  ) =>
    new ToolError(code, message, {
      ...{ tool: file, exitCode, signal },
      ...{ stderr: stderr.toString(), stdout: stdoutTail.toString() },
    });
  // A function, since the compiler takes a signal that was not aborted a moment ago for one that never will be.
  const wasCancelled = () => options.signal?.aborted === true;
  if (wasCancelled()) throw fail('tool_cancelled', `${file} was cancelled before it started`);

  // Asked here, because below a wrapper a missing program is just another exit code.
  if (!file.includes('/') && (await findOnPath(file)) === null) {
    throw fail('tool_missing', `${file} is not installed, or not on the PATH`);
  }
  const [command, commandArgs] = await wrap(file, args, options);
  const pause = CAN_STOP_TOOLS ? options.pause : undefined;
  while (pause?.paused === true && !wasCancelled()) await pauseEnd(pause, options.signal);
  if (wasCancelled()) throw fail('tool_cancelled', `${file} was cancelled before it started`);
  const child = execa(command, commandArgs, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    // In the plain locale of most containers mkvmerge cannot open a name that is not ASCII.
    env: { LC_ALL: 'C.UTF-8' },
    stdin: 'ignore',
    stdout: options.captureStdout === undefined && options.onStdoutLine === undefined ? 'ignore' : 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    detached: process.platform !== 'win32',
    cleanup: true,
    windowsHide: true,
  });

  const clock = new WorkClock();
  if (child.pid !== undefined) options.onSpawn?.(child.pid);

  let ending: { code: ToolErrorCode; message: string } | null = null;
  let killTimer: NodeJS.Timeout | undefined;
  const killGroup = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // Already gone, which is what was wanted.
    }
  };
  const end = (code: ToolErrorCode, message: string) => {
    if (ending !== null) return;
    ending = { code, message };
    killGroup('SIGTERM');
    // One that stands still hears it only when it goes on.
    if (pause !== undefined) killGroup('SIGCONT');
    killTimer = setTimeout(() => {
      killGroup('SIGKILL');
    }, TERM_GRACE_MS);
  };

  // A function, since the compiler cannot see that a callback assigns it.
  const wasEnded = () => ending !== null;

  let lastSign = clock.now;
  const touch = () => {
    lastSign = clock.now;
  };
  const { stallMs, limitMs } = options;
  const watchdog =
    stallMs === undefined
      ? undefined
      : setInterval(
          () => {
            if (clock.now - lastSign < stallMs) return;
            end('tool_stalled', `${file} made no progress for ${Math.round(stallMs / 1000)} s and was ended`);
          },
          Math.min(1000, stallMs / 4),
        );
  let limit: NodeJS.Timeout | undefined;
  const armLimit = () => {
    if (limitMs === undefined) return;
    limit = setTimeout(
      () => {
        end('tool_time_limit', `${file} was not done after ${Math.round(limitMs / 1000)} s and was ended`);
      },
      Math.max(0, limitMs - clock.now),
    );
  };
  armLimit();
  const onPause = (paused: boolean) => {
    if (wasEnded()) return;
    if (paused) {
      killGroup('SIGSTOP');
      clock.stop();
      clearTimeout(limit);
    } else {
      clock.go();
      armLimit();
      killGroup('SIGCONT');
    }
  };
  const stopListening = pause?.onChange(onPause);
  const onAbort = () => {
    end('tool_cancelled', `${file} was cancelled`);
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });

  const stdout: string[] = [];
  let captured = 0;
  const stdoutLines = new LineSplitter((line) => {
    if (options.onlyTouch !== true) touch();
    options.onStdoutLine?.(line, touch);
  });
  const stderrLines = new LineSplitter((line) => {
    if (options.onlyTouch !== true) touch();
    options.onStderrLine?.(line);
  });
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdoutTail.push(chunk);
    if (options.captureStdout !== undefined) {
      captured += chunk.length;
      if (captured <= options.captureStdout) stdout.push(chunk);
      else end('tool_bad_output', `${file} printed more than ${options.captureStdout} characters`);
    }
    if (options.onStdoutLine !== undefined) stdoutLines.push(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr.push(chunk);
    stderrLines.push(chunk);
  });

  try {
    const result = await child;
    stdoutLines.end();
    stderrLines.end();
    // TypeScript cannot see that a callback assigns it.
    const ended = ending as { code: ToolErrorCode; message: string } | null;
    if (ended !== null) throw fail(ended.code, ended.message, result.exitCode ?? null, result.signal ?? null);
    if (result.code === 'ENOENT')
      throw fail('tool_missing', `${file} cannot be started: ${result.shortMessage}`);
    if (result.exitCode === undefined) {
      throw fail(
        'tool_killed',
        `${file} was killed by ${result.signal ?? 'a signal'}`,
        null,
        result.signal ?? null,
      );
    }
    if (!(options.okExitCodes ?? [0]).includes(result.exitCode)) {
      // mkvmerge complains on standard output.
      const said = [stderr, stdoutTail].map(String).find((text) => text !== '') ?? '';
      const last = said.split('\n').slice(-3).join(' | ');
      throw fail('tool_failed', `${file} ended with exit code ${result.exitCode}: ${last}`, result.exitCode);
    }
    return {
      exitCode: result.exitCode,
      stdout: stdout.join(''),
      stderr: stderr.toString(),
      durationMs: clock.now,
    };
  } finally {
    clearInterval(watchdog);
    clearTimeout(limit);
    clearTimeout(killTimer);
    stopListening?.();
    options.signal?.removeEventListener('abort', onAbort);
    // A tool that ended may have left a child of its own behind.
    if (wasEnded()) killGroup('SIGKILL');
  }
}
