/** ms that a node gets from taking a job out of its queue to claiming it; Bull's lock lasts twice as long. */
const CLAIM_MS = 30_000;

/**
 * Jobs that a node has taken in hand and not claimed. One whose connection broke in the very moment in which Redis answered
 * it knows nothing of the job, and nobody else may take it.
 */
export class HandWatch {
  /** ms since the epoch, by Bull's id */
  private since = new Map<string, number>();

  /**
   * @param inHand all that nodes have in hand now
   * @returns those that have been for too long
   */
  stranded(inHand: ReadonlySet<string>, now: number): Set<string> {
    this.since = new Map([...inHand].map((id) => [id, this.since.get(id) ?? now]));
    return new Set([...this.since].filter(([, at]) => now - at > CLAIM_MS).map(([id]) => id));
  }
}
