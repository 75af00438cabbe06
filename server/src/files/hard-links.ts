import type { FileStatus, HardLinkPolicy, Reason } from '#contracts';

/** The reason code of what is left alone or put off because the file has other names. */
export const HARD_LINKED = 'hard_linked';

/** Whether a file with this many names is not to be encoded for now. */
export function isHeld(links: number, policy: HardLinkPolicy): boolean {
  return links > 1 && policy !== 'break';
}

/** @param file as it is to be called in the sentence */
export function hardLinkReason(file: string, links: number, policy: HardLinkPolicy): Reason {
  const next =
    policy === 'wait'
      ? 'it waits until this is its only one'
      : 'it is left as it is, until this is its only one or the library breaks hard links';
  const message = `${file} has ${links} names (hard links), so that replacing one of them would save nothing; ${next}`;
  return { code: HARD_LINKED, message };
}

/** What the files table keeps of a file that has not changed. */
export interface KnownLinks {
  status: FileStatus;
  links: number;
  /** its reason is `hard_linked` */
  heldByLinks: boolean;
}

/**
 * What the number of names that a file has now says of what was decided. Only the step between one name and several
 * counts.
 * @returns `anew`: decide on it again; `recount`: nothing but the number is to be noted
 */
export function standingOf(
  known: KnownLinks,
  links: number,
  policy: HardLinkPolicy,
): 'unchanged' | 'recount' | 'anew' {
  const held = isHeld(links, policy);
  const heldAs = known.heldByLinks && (known.status === 'skipped' || known.status === 'waiting');
  if (heldAs && !(held && known.status === (policy === 'wait' ? 'waiting' : 'skipped'))) return 'anew';
  if (known.links > 1 === links > 1) return 'unchanged';
  return held && known.status === 'queued' ? 'anew' : 'recount';
}
