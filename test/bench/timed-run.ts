import { execa } from 'execa';
import type { Scene } from './scene.ts';

/**
 * Runs a program to its end, its standard output thrown away, and takes the time: what it measures are baselines.
 * @param stdin file to read standard input from
 * @returns ms from the start to the exit
 * @throws Error with its standard error when it fails; the scene's reason when the benchmark is to end
 */
export async function timedRun(
  scene: Scene,
  file: string,
  args: readonly string[],
  stdin?: string,
): Promise<number> {
  scene.signal.throwIfAborted();
  const started = performance.now();
  const running = execa(file, args, {
    stdin: stdin === undefined ? 'ignore' : { file: stdin },
    stdout: 'ignore',
    reject: false,
  });
  if (running.pid !== undefined) scene.own(running.pid, running);
  const result = await running;
  const elapsed = performance.now() - started;
  scene.signal.throwIfAborted();
  if (result.failed) throw new Error(`${result.shortMessage}\n${result.stderr.slice(-2000)}`);
  return elapsed;
}
