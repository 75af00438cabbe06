import type { SlotKind } from '#engine/command/encoders/needs.js';

/** A node's slots of one kind, and what it has to do in them. */
export interface Place {
  nodeId: number;
  kind: SlotKind;
  slots: number;
  weight: number;
  /** jobs that it works on, or stages */
  leased: number;
  /** jobs in its queue */
  queued: number;
  /** when it was last given a job: those of equal weight take turns */
  turn: number;
}

/**
 * How urgently a place wants a job: 0 for a free slot, 1 for the one that is staged while the others run, 2 for one that lies
 * ready once that is taken. Null: it has enough.
 */
export function urgency({ slots, leased, queued }: Place): 0 | 1 | 2 | null {
  if (slots === 0) return null;
  const load = leased + queued;
  if (load < slots) return 0;
  if (load === slots) return 1;
  // One whose slots were taken away while it worked has more than it can begin for a while.
  return queued === 0 && load === slots + 1 ? 2 : null;
}

/** Free slots come first, whoever has them; then heavier nodes, then cards, then who has waited longest. */
function precedes(a: Place, b: Place): boolean {
  const [left, right] = [urgency(a) ?? Infinity, urgency(b) ?? Infinity];
  if (left !== right) return left < right;
  if (a.weight !== b.weight) return a.weight > b.weight;
  if (a.kind !== b.kind) return a.kind === 'gpu';
  return a.turn < b.turn;
}

/** The place that gets the next job, or null when all have enough. */
export function nextPlace(places: Iterable<Place>): Place | null {
  let first: Place | null = null;
  for (const place of places) {
    if (urgency(place) !== null && (first === null || precedes(place, first))) first = place;
  }
  return first;
}
