import type { Mutant } from './mutate.ts';
import type { Outcome } from './outcome.ts';
import type { FuzzResult } from './run.ts';

/** The slowest that are named. */
const SLOWEST = 5;

const nameOf = (outcome: Outcome | undefined) =>
  outcome === undefined
    ? 'unknown'
    : outcome.status === 'replaced'
      ? 'replaced'
      : `${outcome.status} ${outcome.reason?.code ?? ''}`;

function tally(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([a, many], [b, more]) => more - many || a.localeCompare(b))
    .map(([value, count]) => `${count} ${value}`)
    .join(', ');
}

export function reachedEncoder({ outcomes }: Pick<FuzzResult, 'outcomes'>): number {
  return [...outcomes.values()].filter(({ encoded }) => encoded).length;
}

/** Quoted, so that a newline in a name is seen. */
const quoted = (mutant: Mutant) => JSON.stringify(mutant.path);

/** What was done, and what became of it: a table, the slowest, and all that must not be. */
export function reportText(result: FuzzResult): string {
  const { mutants, outcomes, seed, minutes } = result;
  const kinds = [...new Set(mutants.map(({ kind }) => kind))].sort();
  const width = Math.max(...kinds.map(({ length }) => length));
  const rows = kinds.map((kind) => {
    const of = mutants.filter((mutant) => mutant.kind === kind);
    const found = of.map((mutant) => outcomes.get(mutant.path));
    const encoded = found.filter((outcome) => outcome?.encoded === true).length;
    const line = `${String(of.length).padStart(4)} ${String(encoded).padStart(7)}   ${tally(found.map(nameOf))}`;
    return `${kind.padEnd(width)} ${line}`;
  });
  const slowest = mutants
    .map((mutant) => ({ mutant, seconds: outcomes.get(mutant.path)?.job?.seconds ?? 0 }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST)
    .map(({ mutant, seconds }) => `${seconds.toFixed(1).padStart(6)} s  ${quoted(mutant)} (${mutant.note})`);
  return [
    `${'mutation'.padEnd(width)} files encoded  what became of them`,
    ...rows,
    `${'all'.padEnd(width)} ${String(mutants.length).padStart(4)} ${String(reachedEncoder(result)).padStart(7)}   ${tally(
      mutants.map((mutant) => nameOf(outcomes.get(mutant.path))),
    )}`,
    '',
    'failed:',
    ...failures(result),
    '',
    'the slowest:',
    ...slowest,
    '',
    `seed ${seed}, ${minutes.toFixed(1)} minutes`,
    ...violationLines(result),
  ].join('\n');
}

/** Those that an attempt was made on, in vain; what is skipped or unreadable speaks for itself. */
function failures({ mutants, outcomes }: FuzzResult): string[] {
  return mutants.flatMap((mutant) => {
    const outcome = outcomes.get(mutant.path);
    if (outcome?.status !== 'failed') return [];
    return `  ${quoted(mutant)} (${mutant.note}): ${outcome.reason?.message ?? ''}`;
  });
}

function violationLines({ violations, mutants }: FuzzResult): string[] {
  if (violations.length === 0) return ['nothing is wrong'];
  return violations.map(({ path, message }) => {
    const mutant = mutants.find((candidate) => candidate.path === path);
    return mutant === undefined
      ? `WRONG: ${message}`
      : `WRONG: ${quoted(mutant)} (${mutant.note}): ${message}`;
  });
}
