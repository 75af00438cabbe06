import type { NodeActivity } from '#contracts';
import type { LotVerdict } from '../jobs/job-lots.service.js';
import {
  hasTag,
  kindsOf,
  lacksForLot,
  laneFor,
  reachProblem,
  takes,
  type Lot,
  type LotLibrary,
  type Worker,
} from './matching.js';

/** A node, and whether it works just now. */
export interface SeenWorker {
  node: Worker;
  online: boolean;
  activity: NodeActivity;
}

/** Names that a message holds; further ones are counted. */
const MAX_NAMES = 3;

const RESTS: Readonly<Record<NonNullable<NodeActivity['why']>, string>> = {
  user: 'is paused',
  schedule: 'rests at this hour',
  busy: 'has other things to do',
  disabled: 'is disabled',
};

function listed(texts: readonly string[], word = 'and'): string {
  const shown = texts.slice(0, MAX_NAMES);
  const rest = texts.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} ${word} ${last}`;
}

const namesOf = (workers: readonly SeenWorker[]) => listed(workers.map(({ node }) => node.name));

const nobody = (message: string): LotVerdict => ({ code: 'no_node', message, isProblem: true });

function ofLack(lot: Lot, workers: readonly SeenWorker[], whose: string): LotVerdict {
  const each = workers.map(({ node }) => ({ name: node.name, lack: lacksForLot(node, lot) }));
  const common = (each[0]?.lack ?? []).filter((what) => each.every(({ lack }) => lack.includes(what)));
  if (common.length > 0) return nobody(`${whose} has ${listed(common, 'or')}`);
  return nobody(
    `${whose} has all that it needs: ${listed(each.map(({ name, lack }) => `${name} lacks ${listed(lack)}`))}`,
  );
}

function ofReach(library: LotLibrary | null, workers: readonly SeenWorker[], whose: string): LotVerdict {
  const each = workers.map(({ node }) => `${node.name}: ${reachProblem(node, library) ?? ''}`);
  return nobody(`${whose} that could do it can read library ${library?.name ?? ''} (${listed(each)})`);
}

function ofSlots(lot: Lot, workers: readonly SeenWorker[]): LotVerdict {
  const lanes = listed(
    kindsOf(lot).map((kind) => laneFor(kind, lot)),
    'or',
  );
  return nobody(
    `${namesOf(workers)} could do it, but has no slot for the lane ${lanes}, or does not take jobs from it`,
  );
}

function ofState({ node, online, activity }: SeenWorker): string {
  if (activity.why === 'disabled') return `${node.name} ${RESTS.disabled}`;
  if (!online) return `${node.name} is offline`;
  return `${node.name} ${RESTS[activity.why ?? 'user']}`;
}

/**
 * Why nobody takes a lot's jobs just now: the first thing that leaves no node over, in the order tag, tools, reach, slots, and
 * whether it is there and works.
 * @returns null when somebody does
 */
export function verdictOf(
  lot: Lot,
  library: LotLibrary | null,
  workers: readonly SeenWorker[],
): LotVerdict | null {
  if (workers.length === 0) return nobody('there is no node yet');
  const tagged = workers.filter(({ node }) => hasTag(node, library));
  const tags = listed(library?.nodeTags ?? [], 'or');
  const whose = tags === '' ? 'no node' : `no node with the tag ${tags}`;
  if (tagged.length === 0) return nobody(`there is ${whose}, which library ${library?.name ?? ''} asks for`);
  const able = tagged.filter(({ node }) => lacksForLot(node, lot).length === 0);
  if (able.length === 0) return ofLack(lot, tagged, whose);
  const near = able.filter(({ node }) => reachProblem(node, library) === null);
  if (near.length === 0) return ofReach(library, able, whose);
  const free = near.filter(({ node }) => kindsOf(lot).some((kind) => takes(node, lot, kind)));
  if (free.length === 0) return ofSlots(lot, near);
  if (free.some(({ online, activity }) => online && activity.mode === 'work')) return null;
  const resting = free.filter(({ online, activity }) => online && activity.why !== 'disabled');
  const message = `it waits for ${namesOf(free)}: ${listed(free.map((worker) => ofState(worker)))}`;
  // Who pauses a node, or gives it hours, knows that it rests.
  return resting.length > 0
    ? { code: 'node_rests', message, isProblem: false }
    : { code: 'node_away', message, isProblem: true };
}
