/** ms for which Redis has to refuse this node before it asks for another password, and be out of reach before it asks where Redis is. */
export const REFUSED_AFTER_MS = 5000;
export const UNREACHABLE_AFTER_MS = 60_000;

/** ms between two questions. */
export const ASK_EVERY_MS = 30_000;

/** Errors further apart than this have nothing to do with each other. */
const TOGETHER_MS = 20_000;

export type RedisTrouble = 'refused' | 'unreachable';

/** What Redis, or the way to it, has said. @returns null when it is a matter of neither */
export function troubleOf(error: Error): RedisTrouble | null {
  if (/\b(NOAUTH|WRONGPASS|NOPERM)\b/.test(error.message)) return 'refused';
  const code = 'code' in error ? String(error.code) : '';
  if (/^E[A-Z]{3,}|^ERR_|CERT/.test(code) || /timed? ?out|Connection is closed/i.test(error.message))
    return 'unreachable';
  return null;
}

/**
 * Tells when a node should ask its server how to reach Redis: when that has refused it for a while, as one does that has lost its users, or
 * cannot be found where it was. A Redis that is merely away comes back with the users that the server gives it.
 */
export class AccessWatch {
  private trouble: { kind: RedisTrouble; since: number; last: number } | null = null;
  private askedAt = Number.NEGATIVE_INFINITY;

  /** Redis has done something for this node. */
  worked(): void {
    this.trouble = null;
  }

  /** @param now ms of a clock that only goes forward */
  failed(kind: RedisTrouble, now: number): void {
    const { trouble } = this;
    this.trouble =
      trouble?.kind === kind && now - trouble.last <= TOGETHER_MS
        ? { ...trouble, last: now }
        : { kind, since: now, last: now };
  }

  /** @returns whether to ask now; who asks must do so */
  due(now: number): boolean {
    const { trouble } = this;
    if (trouble === null || now - trouble.last > TOGETHER_MS || now - this.askedAt < ASK_EVERY_MS)
      return false;
    const after = trouble.kind === 'refused' ? REFUSED_AFTER_MS : UNREACHABLE_AFTER_MS;
    if (now - trouble.since < after) return false;
    this.askedAt = now;
    return true;
  }
}
