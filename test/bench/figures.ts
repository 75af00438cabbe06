/** One thing that was measured, and what it is held against. */
export interface Figure {
  id: string;
  name: string;
  /** what Boilarr took */
  value: number;
  unit: 'ms' | 's' | 'MB' | '%';
  /** what plain tools took for the same, in the same unit; null where there is nothing to compare with */
  baseline: number | null;
  /** the most that the ratio, or without a baseline the value, should be; null for what is only told */
  aim: number | null;
  /** each measurement, in order */
  samples: number[];
  baselineSamples: number[];
}

/** The middle one; for an even number the mean of the two in the middle. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const middle = sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** A figure that is the median of its samples, and so is its baseline. */
export function medianFigure(
  figure: Omit<Figure, 'value' | 'baseline'> & { baselineSamples: number[] },
): Figure {
  return { ...figure, value: median(figure.samples), baseline: median(figure.baselineSamples) };
}

/** A figure that was measured once and compared with nothing but its aim. */
export function plainFigure(figure: Pick<Figure, 'id' | 'name' | 'value' | 'unit' | 'aim'>): Figure {
  return { ...figure, baseline: null, samples: [figure.value], baselineSamples: [] };
}

export function ratioOf({ value, baseline }: Figure): number | null {
  return baseline === null ? null : value / baseline;
}

/** @returns null for a figure without an aim */
export function isMet(figure: Figure): boolean | null {
  return figure.aim === null ? null : (ratioOf(figure) ?? figure.value) <= figure.aim;
}

function quantity(value: number | null, unit: Figure['unit']): string {
  if (value === null) return '';
  return `${unit === 's' ? value.toFixed(2) : Math.round(value)} ${unit}`;
}

function aimOf({ aim, baseline, unit }: Figure): string {
  if (aim === null) return '';
  return `<= ${baseline === null ? quantity(aim, unit) : `${aim} x`}`;
}

const VERDICT = new Map<boolean | null, string>([
  [true, 'yes'],
  [false, 'NO'],
  [null, ''],
]);

/** The figures as a Markdown table that also reads well in a terminal. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = [
    ['figure', 'Boilarr', 'baseline', 'ratio', 'aim', 'met'],
    ...figures.map((figure) => [
      figure.name,
      quantity(figure.value, figure.unit),
      quantity(figure.baseline, figure.unit),
      ratioOf(figure)?.toFixed(3) ?? '',
      aimOf(figure),
      VERDICT.get(isMet(figure)) ?? '',
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  const lines = rows.map((row) => `| ${row.map(pad).join(' | ')} |`);
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
