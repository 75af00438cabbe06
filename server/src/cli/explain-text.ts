import type { FilePlan, PlanOrigin } from '#contracts';
import { printable, saving, size } from './text.js';

function section(title: string, lines: readonly string[]): string[] {
  return ['', title, ...lines.map((line) => (line === '' ? '' : `  ${line}`))];
}

/** Columns of equal width but for the last one. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function originText(origin: PlanOrigin): string {
  return origin.kind === 'default' ? 'default' : `${printable(origin.file)}:${origin.line}:${origin.column}`;
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function profileLines({ profile }: FilePlan, all: boolean): string[] {
  // The profiles that come with the program spell out the defaults; a folder that does so means it.
  const isOrdinary = ({ key, origin, isDefault }: FilePlan['profile']['values'][number]) =>
    key === 'description' || (isDefault && (origin.kind === 'default' || origin.file === profile.files[0]));
  const shown = profile.values.filter((value) => all || !isOrdinary(value));
  const hidden = profile.values.length - shown.length;
  return [
    `${printable(profile.name)} (${profile.hash})`,
    ...profile.files.map((file, at) => `${at === 0 ? 'from' : 'over it'} ${printable(file)}`),
    ...profile.errors.map((error) => `mistake: ${printable(error)}`),
    ...table(shown.map(({ key, value, origin }) => [key, valueText(value), originText(origin)])),
    ...(hidden === 0 ? [] : [`${hidden} more values are the defaults; --all shows them`]),
  ];
}

function wayLines({ pipeline, dolbyVision }: FilePlan): string[] {
  return [
    ...(dolbyVision === null ? [] : [`${dolbyVision.name}: ${dolbyVision.way}`]),
    ...(pipeline === null ? [] : [`done by the pipeline ${pipeline}`]),
  ];
}

function ruleLines(plan: FilePlan, all: boolean): string[] {
  const { rules, verdict, reason } = plan;
  const shown = rules.filter(({ result }) => all || result !== 'not-asked');
  const hidden = rules.length - shown.length;
  const result = { passed: 'passed', objected: 'OBJECTS', 'not-asked': 'not asked' };
  return [
    ...table(shown.map((rule) => [result[rule.result], rule.code, rule.message ?? ''])),
    ...(hidden === 0 ? [] : [`${hidden} more were not asked; --all shows them`]),
    `${verdict}: ${printable(reason.message)} (${reason.code})`,
    ...wayLines(plan),
  ];
}

function streamLines({ streams, added, verdict }: FilePlan): string[] {
  if (verdict === 'skip') return ['all stay as they are'];
  return [
    ...streams.flatMap(({ index, source, action, becomes, reason }) => [
      `${index}  ${printable(source)}`,
      `   ${action}: ${printable(becomes)}`,
      `   ${printable(reason.message)} (${reason.code})`,
    ]),
    ...added.flatMap(({ from, title, becomes, reason }) => [
      `+  ${printable(title)}, made from stream ${from}`,
      `   ${becomes}`,
      `   ${printable(reason.message)} (${reason.code})`,
    ]),
  ];
}

function sizeLines({ size: before, projection }: FilePlan): string[] {
  if (projection === null) return [`${size(before)}, and stays so`];
  const { expectedSize, sizeLimit, correction } = projection;
  return [
    `${size(before)} to about ${size(expectedSize)}, saves ${saving(before - expectedSize, before)}`,
    `given up above ${size(sizeLimit)}`,
    ...(correction === 1
      ? []
      : [
          `the picture's share was multiplied by ${correction.toFixed(2)}, as this library's files came out so far`,
        ]),
  ];
}

function commandLines({ commands }: FilePlan): string[] {
  if (commands.length === 0) return ['none'];
  return commands.flatMap(({ step, line }, at) => [
    ...(at > 0 && commands[at - 1]?.step === step ? [] : [`# ${step}`]),
    line,
  ]);
}

/**
 * A file's plan for a terminal.
 * @param all also what is a default, or was not asked
 */
export function explainText(plan: FilePlan, all: boolean): string {
  return [
    printable(plan.path),
    ...section('Profile', profileLines(plan, all)),
    ...section('Rules', ruleLines(plan, all)),
    ...section('Streams', streamLines(plan)),
    ...section('Size', sizeLines(plan)),
    ...section(plan.node === null ? 'Commands' : `Commands on ${printable(plan.node)}`, commandLines(plan)),
    ...(plan.notes.length === 0 ? [] : section('Notes', plan.notes.map(printable))),
  ].join('\n');
}
