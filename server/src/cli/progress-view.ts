import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { Job, JobProgress, ScanStatus } from '#contracts';
import type { EventBus } from '../realtime/event-bus.js';
import { printable } from './text.js';

/** Shows on the terminal what goes on. */
export interface ProgressView {
  line(text: string): void;
  stop(): void;
}

const NAME_WIDTH = 40;

function shorten(name: string): string {
  const text = printable(name);
  return text.length <= NAME_WIDTH ? text.padEnd(NAME_WIDTH) : `…${text.slice(1 - NAME_WIDTH)}`;
}

function describe(progress: JobProgress): string {
  const parts = [progress.step];
  if (progress.fps !== null && progress.fps > 0) parts.push(`${progress.fps.toFixed(1)} fps`);
  if (progress.speed !== null && progress.speed > 0) parts.push(`${progress.speed.toFixed(2)}x`);
  if (progress.etaSeconds !== null) parts.push(`${Math.ceil(progress.etaSeconds)} s left`);
  return parts.join(', ');
}

/** Bars for a person at a terminal. */
function barsView(events: EventBus, output: NodeJS.WriteStream): ProgressView {
  const bars = new MultiBar(
    {
      format: '{name} [{bar}] {percentage}% {what}',
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
    },
    Presets.rect,
  );
  const byJob = new Map<number, SingleBar>();
  const titles = new Map<number, string>();
  // Without a bar on the screen the library keeps what is logged for later, and later may never come.
  const say = (text: string) => {
    if (bars.isActive) bars.log(`${text}\n`);
    else output.write(`${text}\n`);
  };
  const remove = (jobId: number) => {
    const bar = byJob.get(jobId);
    if (bar === undefined) return;
    bars.remove(bar);
    byJob.delete(jobId);
    titles.delete(jobId);
  };
  const stops = [
    events.on('job', (job) => {
      if (['claimed', 'running', 'delivering', 'replacing'].includes(job.state))
        titles.set(job.id, job.title);
      else {
        remove(job.id);
        report(job, say);
      }
    }),
    events.on('progress', ({ jobId, progress }) => {
      const title = titles.get(jobId);
      if (title === undefined) return;
      let bar = byJob.get(jobId);
      if (bar === undefined) {
        bar = bars.create(100, 0, { name: shorten(title), what: '' });
        byJob.set(jobId, bar);
      }
      bar.update(Math.floor(progress.percent ?? 0), { what: describe(progress) });
    }),
  ];
  return {
    line: say,
    stop: () => {
      // A second time it would clear what has been printed since.
      for (const stop of stops.splice(0)) stop();
      if (!bars.isActive) return;
      bars.update();
      bars.stop();
    },
  };
}

/** Plain lines for a log or a pipe: one a tenth of a step that takes long. */
function linesView(events: EventBus, print: (line: string) => void): ProgressView {
  const told = new Map<number, string>();
  const titles = new Map<number, string>();
  const stops = [
    events.on('job', (job) => {
      if (job.state === 'claimed') print(`begins: ${printable(job.title)}`);
      if (['claimed', 'running'].includes(job.state)) titles.set(job.id, job.title);
      else {
        titles.delete(job.id);
        told.delete(job.id);
        report(job, print);
      }
    }),
    events.on('progress', ({ jobId, progress }) => {
      const title = titles.get(jobId);
      if (title === undefined || progress.percent === null) return;
      const tenth = `${progress.step} ${Math.floor(progress.percent / 10) * 10}`;
      if (told.get(jobId) === tenth) return;
      told.set(jobId, tenth);
      print(`${printable(title)}: ${describe(progress)}, ${Math.floor(progress.percent)} %`);
    }),
  ];
  return {
    line: print,
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

function report(job: Job, print: (line: string) => void): void {
  const name = printable(job.title);
  const why = job.reason === null ? '' : `: ${printable(job.reason.message)}`;
  if (job.state === 'completed') print(`done: ${name}`);
  else if (job.state === 'skipped') print(`left alone: ${name}${why}`);
  else if (job.state === 'failed_permanent') print(`failed: ${name}${why}`);
  else if (job.state === 'pending' && job.attempt > 0 && job.reason !== null)
    print(`tries again later: ${name}${why}`);
}

export function scanLine(library: string, status: ScanStatus): string {
  const { counts } = status;
  const parts = [
    `${counts.media} media files`,
    `${counts.unchanged} unchanged`,
    `${counts.added} new`,
    `${counts.changed} changed`,
    `${counts.moved} moved`,
    `${counts.missing} missing`,
    `${counts.probed} probed`,
  ];
  const problems = status.problems
    .map((problem) => `\n  ${printable(problem.path)}: ${problem.message}`)
    .join('');
  return `scanned ${library}: ${parts.join(', ')}${problems}`;
}

/** Bars where somebody looks, lines everywhere else. */
export function progressView(events: EventBus, output: NodeJS.WriteStream): ProgressView {
  return output.isTTY ? barsView(events, output) : linesView(events, (line) => output.write(`${line}\n`));
}
