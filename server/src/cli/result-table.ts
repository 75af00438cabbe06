import Table from 'cli-table3';
import { printable, saving, size } from './text.js';

export interface ResultRow {
  file: string;
  /** `replaced`, or why not */
  verdict: string;
  /** bytes */
  before: number;
  /** bytes; null where nothing was made */
  after: number | null;
}

/** Columns that a verdict may take before it is broken into lines. */
const VERDICT_WIDTH = 56;

/** The table at the end of a run: every file with what became of it, and the total. */
export function resultTable(rows: readonly ResultRow[]): string {
  const table = new Table({
    head: ['File', 'Verdict', 'Before', 'After', 'Saved'],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    colWidths: [null, VERDICT_WIDTH + 2, null, null, null],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    table.push([
      printable(row.file),
      printable(row.verdict),
      size(row.before),
      row.after === null ? '' : size(row.after),
      row.after === null ? '' : saving(row.before - row.after, row.before),
    ]);
  }
  const changed = rows.filter((row): row is ResultRow & { after: number } => row.after !== null);
  const before = changed.reduce((sum, row) => sum + row.before, 0);
  const after = changed.reduce((sum, row) => sum + row.after, 0);
  table.push([
    'Total',
    `${changed.length} of ${rows.length} files`,
    size(before),
    size(after),
    saving(before - after, before),
  ]);
  return table.toString();
}

/** @param error mean of |actual - expected| / actual */
export function projectionLine(error: number, files: number): string {
  const over = files === 1 ? '1 file' : `${files} files`;
  return `projections were off by ${Math.round(error * 100)} % on average over ${over}, this run`;
}

/** Said last, since nothing more happens to these files until somebody has looked at them. */
export function reviewLine(waiting: number): string {
  const what = waiting === 1 ? '1 encode waits' : `${waiting} encodes wait`;
  return (
    `${what} for review, and the originals are as they were: start the server, look at them, and approve or reject them there ` +
    'or with "npm run boilarr -- jobs"'
  );
}

/** Said last, and why the run ends with 1: something outside of Boilarr has to be seen to. */
export function putOffLine(count: number): string {
  const what = count === 1 ? '1 encode was put off' : `${count} encodes were put off`;
  return (
    `${what}, for the reason said above, and the originals are as they were: see to it; the next run, or the server, tries ` +
    'again'
  );
}
