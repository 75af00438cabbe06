import type { GpuDevice, Lane } from '#contracts';
import { lacks, type SlotKind } from '#engine/command/encoders/needs.js';
import type { JobLotEntity } from '../jobs/job-lot.entity.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import type { NodeEntity } from '../nodes/node.entity.js';

/** What of a lot decides on who can do its jobs. */
export type Lot = Pick<JobLotEntity, 'id' | 'slot' | 'large' | 'libraryId' | 'needs'>;

/** What of a node decides on what it can do; whether it is there and awake is another question. */
export type Worker = Pick<
  NodeEntity,
  'id' | 'name' | 'builtIn' | 'tags' | 'lanes' | 'reach' | 'capabilities'
> &
  Pick<NodeEntity, 'cpuSlots' | 'gpuSlots' | 'gpuDevices'>;

/** What of a library decides on who works for it. */
export type LotLibrary = Pick<LibraryEntity, 'id' | 'name' | 'nodeTags'>;

/** The kinds of slots that a lot's jobs may be done in; a card first, which is faster. */
export function kindsOf({ slot }: Pick<Lot, 'slot'>): readonly SlotKind[] {
  return slot === 'any' ? ['gpu', 'cpu'] : [slot];
}

export function kindOf(lane: Lane): SlotKind {
  return lane.startsWith('gpu') ? 'gpu' : 'cpu';
}

export function laneFor(kind: SlotKind, { large }: Pick<Lot, 'large'>): Lane {
  return large ? `${kind}-large` : kind;
}

function devicesWithSlots(node: Worker): readonly GpuDevice[] {
  const gpus = node.capabilities?.gpus ?? [];
  return gpus.filter(({ id }) => (node.gpuDevices[id] ?? node.gpuSlots) > 0);
}

export function slotsOf(node: Worker, kind: SlotKind): number {
  if (kind === 'cpu') return node.cpuSlots;
  const gpus = node.capabilities?.gpus ?? [];
  return gpus.reduce((sum, { id }) => sum + (node.gpuDevices[id] ?? node.gpuSlots), 0);
}

export function hasTag(node: Pick<Worker, 'tags'>, library: LotLibrary | null): boolean {
  const wanted = library?.nodeTags ?? [];
  return wanted.length === 0 || wanted.some((tag) => node.tags.includes(tag));
}

/** What a node lacks in the kind of slot where it lacks least, its slots left aside. */
export function lacksForLot(node: Worker, lot: Lot): string[] {
  const { capabilities } = node;
  if (capabilities === null) return ['word of what it can do'];
  const answers = kindsOf(lot).map((kind) => lacks(lot.needs, capabilities, kind));
  return answers.sort((a, b) => a.length - b.length)[0] ?? [];
}

/** @returns why a node cannot get at a library's files, or null when it can */
export function reachProblem(node: Worker, library: LotLibrary | null): string | null {
  if (library === null) return null;
  const entry = node.reach.find(({ libraryId }) => libraryId === library.id);
  if (entry?.way === 'none') return entry.problem ?? 'it has no way to its files';
  // The server's own machine sees what the server sees; any other has to say so first.
  return entry === undefined && !node.builtIn ? 'it has not been asked yet' : null;
}

/** Whether a node has slots of a kind, takes that lane, and has in them all that the work needs. */
export function takes(node: Worker, lot: Lot, kind: SlotKind): boolean {
  const { capabilities } = node;
  return (
    capabilities !== null &&
    kindsOf(lot).includes(kind) &&
    node.lanes.includes(laneFor(kind, lot)) &&
    slotsOf(node, kind) > 0 &&
    lacks(lot.needs, capabilities, kind, devicesWithSlots(node)).length === 0
  );
}

/** Whether a lot's jobs may be put into a node's queue for one kind of slot. */
export function matches(node: Worker, lot: Lot, kind: SlotKind, library: LotLibrary | null): boolean {
  return hasTag(node, library) && reachProblem(node, library) === null && takes(node, lot, kind);
}
