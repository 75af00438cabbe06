import type { Readable } from 'node:stream';
import { execa } from 'execa';
import type { Command } from './wrap-command.js';

/** How a program ended; with neither exit code nor signal it never began, and `problem` says why. */
export interface ProgramEnd {
  exitCode: number | null;
  signal: string | null;
  problem: { isMissing: boolean; message: string } | null;
}

/** A program that runs, in a process group of its own. */
export interface Program {
  pid: number | undefined;
  /** null: nobody reads it here */
  stdout: Readable | null;
  stderr: Readable | null;
  /** the whole group, where the system has such */
  kill(signal: NodeJS.Signals): void;
  /** never rejects */
  ended: Promise<ProgramEnd>;
}

export interface StartOptions {
  cwd?: string | undefined;
  /** none: it is closed */
  stdin?: Readable | null;
  /** whether somebody takes its standard output */
  hasStdout: boolean;
}

/** Starts one program. */
export function startProgram([file, args]: Command, { cwd, stdin, hasStdout }: StartOptions): Program {
  const child = execa(file, args, {
    ...(cwd === undefined ? {} : { cwd }),
    // In the plain locale of most containers mkvmerge cannot open a name that is not ASCII.
    env: { LC_ALL: 'C.UTF-8' },
    stdin: stdin ?? 'ignore',
    stdout: hasStdout ? 'pipe' : 'ignore',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    detached: process.platform !== 'win32',
    cleanup: true,
    windowsHide: true,
  });
  const ended = child.then(({ exitCode = null, signal = null, code, shortMessage = '' }) => ({
    ...{ exitCode, signal },
    problem:
      exitCode === null && signal === null ? { isMissing: code === 'ENOENT', message: shortMessage } : null,
  }));
  const kill = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, signal);
      else child.kill(signal);
    } catch {
      // Already gone, which is what was wanted.
    }
  };
  return { pid: child.pid, stdout: child.stdout, stderr: child.stderr, kill, ended };
}

/**
 * Starts two programs, the standard output of the first being the standard input of the second: the system itself passes it on, so that
 * what goes through never comes here, and each notices at once when the other has ended.
 */
export function startPair(
  first: Command,
  second: Command,
  { cwd, hasStdout }: Omit<StartOptions, 'stdin'>,
): [Program, Program] {
  const writer = startProgram(first, { cwd, hasStdout: true });
  // In the same go, so that nothing has been read from it here before it is given away.
  const reader = startProgram(second, { cwd, stdin: writer.stdout, hasStdout });
  // The end that is still held here would keep the first one writing for nobody when the second has ended.
  writer.stdout?.destroy();
  return [{ ...writer, stdout: null }, reader];
}
