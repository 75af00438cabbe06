import type { Reason } from '#contracts';

/** Ends a replacement without fault of the machine: what was found means that it must not be done. */
export class Refusal extends Error {
  constructor(
    readonly reason: Reason,
    /** `reject`: this output will never do; `defer`: the same request may be made again later */
    readonly kind: 'reject' | 'defer' = 'reject',
    /** whether another attempt at the job could make a better output */
    readonly retryable = false,
  ) {
    super(reason.message);
    this.name = 'Refusal';
  }
}

/** The machine failed: a disk, a share, the database. */
export class ReplaceFailure extends Error {
  constructor(
    readonly reason: Reason,
    /**
     * true: the journal row is still open because neither way could be completed; the job stays `replacing`, and
     * recovery settles both. false: the library is as it was, and the delivered output lies where it lay if it
     * could be kept.
     */
    readonly open: boolean,
    cause: unknown,
  ) {
    super(reason.message, { cause });
    this.name = 'ReplaceFailure';
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
