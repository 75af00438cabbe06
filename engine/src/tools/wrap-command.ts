import { execa } from 'execa';
import { findOnPath } from './find-on-path.js';

/** How polite a program is to what else runs on the machine. */
export interface Politeness {
  /** 1 to 19: more polite to what else runs on the machine */
  nice?: number;
  /** the same for the disk: after others, or only when nobody else wants it; Linux only, and where there is `ionice` */
  io?: 'low' | 'idle';
}

/** A program and its arguments. */
export type Command = readonly [file: string, args: readonly string[]];

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
export async function wrapCommand([file, args]: Command, { nice = 0, io }: Politeness): Promise<Command> {
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
