import type { AddJobResponse, Job, JobDetail, JobState } from '#contracts';
import Table from 'cli-table3';
import { printable, size } from '../text.js';

const STATE_TEXT: Partial<Record<JobState, string>> = {
  in_review: 'waits for review',
  failed_permanent: 'failed',
  replacing: 'is being taken over',
  delivering: 'is being taken over',
};

function stateText(state: JobState): string {
  return STATE_TEXT[state] ?? state;
}

/** Columns that a reason may take before it is broken into lines. */
const REASON_WIDTH = 50;

export function listText(records: readonly Job[], totalRecords: number): string {
  if (records.length === 0) return 'no jobs';
  const table = new Table({
    head: ['Job', 'State', 'Library', 'File', 'Size', 'Why'],
    colAligns: ['right', 'left', 'left', 'left', 'right', 'left'],
    colWidths: [null, null, null, null, null, REASON_WIDTH + 2],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { id, state, libraryName, title, size: bytes, reason } of records) {
    const why = reason === null ? '' : printable(reason.message);
    table.push([String(id), state, printable(libraryName ?? ''), printable(title), size(bytes), why]);
  }
  const more = totalRecords - records.length;
  return more > 0 ? `${table.toString()}\n... and ${more} more; --limit shows them` : table.toString();
}

export function detailText(detail: JobDetail): string {
  const lines = [
    `job ${detail.id}: ${printable(detail.title)}`,
    `  state     ${detail.state}${detail.reason === null ? '' : `: ${printable(detail.reason.message)}`}`,
  ];
  if (detail.notBefore !== null) lines.push(`  waits     until ${detail.notBefore}`);
  if (detail.libraryName !== null) lines.push(`  library   ${printable(detail.libraryName)}`);
  lines.push(`  size      ${size(detail.size)}`, `  attempts  ${detail.attempt} of ${detail.maxAttempts}`);
  for (const { number, nodeName, startedAt, outcome, error } of detail.attempts) {
    const why = error === null ? '' : `: ${printable(error.message)}`;
    lines.push(
      `            ${number} on ${printable(nodeName ?? 'a node')}, ${startedAt}, ${outcome ?? 'at work'}${why}`,
    );
  }
  lines.push('  steps');
  for (const { index, name, state } of detail.steps) lines.push(`            ${index} ${name}: ${state}`);
  return lines.join('\n');
}

const DONE = {
  rerun: 'runs again',
  cancel: 'was cancelled',
  approve: 'was approved',
  reject: 'was rejected',
} as const;

export function doneText(action: keyof typeof DONE, job: { id: number; state: JobState | null }): string {
  return `job ${job.id} ${DONE[action]}${job.state === null ? '' : ` (${stateText(job.state)})`}`;
}

export function addedText(file: string, { job, added, reason }: AddJobResponse): string {
  if (job === null) return printable(`${file}: no job: ${reason?.message ?? 'the server says no more'}`);
  const what = added ? `is job ${job.id}` : `has job ${job.id} already`;
  return printable(`${file} ${what} (${stateText(job.state)})`);
}
