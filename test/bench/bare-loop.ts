import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { shellQuote } from '#engine/command/shell-quote.js';
import { FRAME_TIME_ARGS, TIMESTAMPS_HEADER } from '#engine/command/timestamps.js';
import type { LoggedCommand } from './job-log.ts';
import type { Scene } from './scene.ts';
import { timedRun } from './timed-run.ts';

/** As polite as the node is: on a busy machine a loop in a hurry would win for that alone. */
const NICE = '10';

/** The one command whose output is needed: the frames' times, in seconds. */
const FRAME_TIMES = `${shellQuote(['ffprobe', ...FRAME_TIME_ARGS])} `;

/** What Boilarr makes of them for mkvmerge, in ms. */
const TO_MILLISECONDS = String.raw`/^[0-9]/ { printf "%.6f\n", $1 * 1000 }`;

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

/** @returns the file of times that mkvmerge is given */
function timesFileOf(muxCommand: string | undefined): string {
  const file = /--timestamps '?0:([^' ]+)/.exec(muxCommand ?? '')?.[1];
  if (file === undefined) throw new Error(`mkvmerge is given no times: ${muxCommand ?? 'it is not called'}`);
  return file;
}

/** One job's commands as lines of a shell script. */
function scriptOf(lines: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    if (line.startsWith(FRAME_TIMES)) {
      const times = shellQuote([timesFileOf(lines[index + 1])]);
      return [
        `${line} > ${times}.csv`,
        `{ ${shellQuote(['echo', TIMESTAMPS_HEADER])}; ${shellQuote(['awk', TO_MILLISECONDS])} ${times}.csv; } > ${times}`,
      ];
    }
    // 1 is mkvmerge's word for a warning.
    const forgiving = line.startsWith('mkvmerge ') ? ' || [ $? -eq 1 ]' : '';
    return [`${line} > /dev/null${forgiving}`];
  });
}

/** The very commands that Boilarr ran, a shell script for each job. */
export function loopScripts({ jobs, folders }: Pick<LoopOptions, 'jobs' | 'folders'>): string[] {
  return jobs.map((commands) => {
    const lines = scriptOf(commands.map(({ line }) => rewrite(line, folders)));
    return `set -e\n${lines.join('\n')}\n`;
  });
}

/**
 * Runs the very commands that Boilarr ran, one after the other in a shell, with nothing in between.
 * @returns seconds that it took
 * @throws Error when a command fails
 */
export async function runBareLoop(scene: Scene, options: LoopOptions): Promise<number> {
  const script = path.join(options.workFolder, 'loop.sh');
  await writeFile(script, loopScripts(options).join(''));
  return (await timedRun(scene, 'nice', ['-n', NICE, 'sh', script])) / 1000;
}
