import { FAULT_POINTS, type FaultPoint } from '../../server/src/replace/fault-points.ts';
import type { Victim } from './installation.ts';
import type { Random } from './random.ts';

/** What a round does to the three processes, and when. */
export type Fault =
  /** the server kills itself there, on its first start or in the recovery after it */
  | { kind: 'point'; point: FaultPoint; pass: number }
  /** after a share of the time that an encode usually takes */
  | { kind: 'kill'; victims: Victim[]; at: number }
  | { kind: 'empty-redis'; at: number };

export interface Round {
  number: number;
  /**
   * `encode`: new films arrive; `restore`: an original is put back; `empty`: one is deleted for good; `change`: somebody
   * changes a film meanwhile
   */
  work: 'encode' | 'restore' | 'empty' | 'change';
  /** films that arrive */
  films: number;
  first: Fault;
  /** points in the recovery that follows; each has one more start */
  then: FaultPoint[];
}

const IN_REPLACE = FAULT_POINTS.filter((point) => /^(delivery|replace|swap|finish)\./.test(point));
const IN_RESTORE = FAULT_POINTS.filter((point) => /^(restore|swap|finish)\./.test(point));
const IN_RECOVERY = FAULT_POINTS.filter((point) => /^(recovery|finish|swap)\./.test(point));
/** Points at which the row is open and the source not yet moved: a change of it then is undone by recovery. */
const BEFORE_SWAP: readonly FaultPoint[] = ['replace.opened', 'swap.trash_ready', 'swap.in_trash'];
const IN_UNDO: readonly FaultPoint[] = ['undo.swapped_back', 'undo.unstaged', 'undo.closed'];

const VICTIMS: readonly Victim[][] = [
  ['server'],
  ['agent'],
  ['redis'],
  ['server', 'agent'],
  ['server', 'redis'],
  ['agent', 'redis'],
  ['server', 'agent', 'redis'],
];

/**
 * Which fault each round has: three of five go through the named points in turn, so that none is left out, and the
 * others strike at a random moment.
 */
export function planRound(number: number, random: Random): Round {
  const named = Math.floor(number / 5) * 3 + (number % 5);
  if (number % 5 < 3) return namedRound(number, named, random);
  const at = random.next() * 1.3;
  const restore = random.below(4) === 0;
  const first: Fault =
    random.below(8) === 0
      ? { kind: 'empty-redis', at }
      : { kind: 'kill', victims: random.pick(VICTIMS), at: restore ? at / 20 : at };
  return {
    number,
    work: restore ? 'restore' : 'encode',
    films: 1 + random.below(2),
    first,
    then: random.below(3) === 0 ? [random.pick(IN_RECOVERY)] : [],
  };
}

function namedRound(number: number, turn: number, random: Random): Round {
  const series = [
    ...IN_REPLACE.map((point) => ({ work: 'encode' as const, point })),
    ...IN_RESTORE.map((point) => ({ work: 'restore' as const, point })),
    { work: 'empty' as const, point: 'empty.unlinked' as const },
    ...BEFORE_SWAP.map((point) => ({ work: 'change' as const, point })),
  ];
  const { work, point } = series[turn % series.length] ?? { work: 'encode', point: 'replace.opened' };
  const then: FaultPoint[] = [];
  if (work === 'change') then.push(random.pick(IN_UNDO));
  else if (random.below(2) === 0) then.push(random.pick(IN_RECOVERY));
  if (random.below(4) === 0) then.push(random.pick(IN_RECOVERY));
  return { number, work, films: 1, first: { kind: 'point', point, pass: 1 }, then };
}

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'point':
      return `server at ${fault.point}`;
    case 'kill':
      return `${fault.victims.join('+')} at ${Math.round(fault.at * 100)} %`;
    case 'empty-redis':
      return `redis emptied at ${Math.round(fault.at * 100)} %`;
  }
}
