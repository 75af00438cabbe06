import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { endGroup, type Scene } from './scene.ts';

export interface RunOptions {
  /** file to read standard input from; none: it is closed */
  stdin?: string;
  /** file to write standard output to; none: it goes to /dev/null */
  stdout?: string;
  okExitCodes?: readonly number[];
}

/**
 * Runs a program to its end and takes the time, with nothing around it: what it measures are baselines.
 * @returns ms from the start to the exit
 * @throws Error with the end of its standard error when it fails; the scene's reason when the benchmark is to end
 */
export async function timedRun(
  scene: Scene,
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<number> {
  scene.signal.throwIfAborted();
  const stdin = options.stdin === undefined ? null : await open(options.stdin, 'r');
  const stdout = options.stdout === undefined ? null : await open(options.stdout, 'w');
  try {
    const started = performance.now();
    const child = spawn(file, args, {
      detached: true,
      stdio: [stdin?.fd ?? 'ignore', stdout?.fd ?? 'ignore', 'pipe'],
    });
    scene.own(child);
    const onAbort = () => {
      endGroup(child, 'SIGTERM');
    };
    scene.signal.addEventListener('abort', onAbort, { once: true });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr = (stderr + chunk).slice(-2000);
    });
    try {
      const [exitCode, signal] = (await once(child, 'exit')) as [number | null, string | null];
      const elapsed = performance.now() - started;
      scene.signal.throwIfAborted();
      if (exitCode === null || !(options.okExitCodes ?? [0]).includes(exitCode)) {
        throw new Error(
          `${file} ended with ${exitCode ?? signal ?? 'nothing'}: ${args.join(' ')}\n${stderr}`,
        );
      }
      return elapsed;
    } finally {
      scene.signal.removeEventListener('abort', onAbort);
    }
  } finally {
    await stdin?.close();
    await stdout?.close();
  }
}
