import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { shellQuote } from '#engine/command/shell-quote.js';
import { FRAME_TIME_ARGS, timestampLine, TIMESTAMPS_HEADER } from '#engine/command/timestamps.js';
import type { LoggedCommand } from './job-log.ts';
import type { Scene } from './scene.ts';
import { timedRun } from './timed-run.ts';

/** As polite as the node is: on a busy machine a loop in a hurry would win for that alone. */
const NICE = '10';

/** The one command whose output is needed: the frames' times, which Boilarr writes into a file for mkvmerge. */
const FRAME_TIMES = shellQuote(['ffprobe', ...FRAME_TIME_ARGS]);

export interface LoopOptions {
  /** the commands of each job, in the order in which the jobs ran */
  jobs: readonly (readonly LoggedCommand[])[];
  /** what in a command is replaced by what: folders that exist no more by those that the loop has */
  folders: readonly (readonly [from: string, to: string])[];
  /** folder for the loop's own files; has a folder for each job */
  workFolder: string;
}

/** Where a command's file comes to lie: finished files have no `partial-` in front. */
function rewrite(line: string, folders: LoopOptions['folders']): string {
  let text = line;
  for (const [from, to] of folders) text = text.replaceAll(`${from}/`, `${to}/`);
  return text.replaceAll('/partial-', '/');
}

/** What the node writes itself between two commands. */
async function writeTimes(listed: string, muxCommand: string | undefined): Promise<void> {
  const file = /--timestamps '?0:([^' ]+)/.exec(muxCommand ?? '')?.[1];
  if (file === undefined) throw new Error(`mkvmerge is given no times: ${muxCommand ?? 'it is not called'}`);
  const times = (await readFile(listed, 'utf8')).split('\n').flatMap((line) => timestampLine(line) ?? []);
  await writeFile(file, `${TIMESTAMPS_HEADER}\n${times.join('\n')}\n`);
}

/**
 * Runs the very commands that Boilarr ran, one after the other, with nothing in between.
 * @returns seconds that it took
 * @throws Error when a command fails
 */
export async function runBareLoop(scene: Scene, options: LoopOptions): Promise<number> {
  const frameTimes = path.join(options.workFolder, 'frame-times');
  const jobs = options.jobs.map((commands) => commands.map(({ line }) => rewrite(line, options.folders)));
  const started = performance.now();
  for (const lines of jobs) {
    for (const [index, line] of lines.entries()) {
      const listsTimes = line.startsWith(`${FRAME_TIMES} `);
      await timedRun(scene, 'nice', ['-n', NICE, 'sh', '-c', line], {
        // mkvmerge says 1 for a warning
        okExitCodes: line.startsWith('mkvmerge ') ? [0, 1] : [0],
        ...(listsTimes ? { stdout: frameTimes } : {}),
      });
      if (listsTimes) await writeTimes(frameTimes, lines[index + 1]);
    }
  }
  return (performance.now() - started) / 1000;
}
