import type { Reason } from '#contracts';
import { FINDING_CODES } from '#engine/verify/finding-codes.js';
import { ToolError } from '#engine/tools/tool-error.js';

/**
 * What may help after an attempt that ended badly:
 *
 * - `retry`: the same again; the job gets a few attempts with growing pauses
 * - `never`: nothing; the same input gives the same answer, and an attempt may cost hours
 * - `wait`: something outside of the job has to change. It is put off with growing pauses, uses up no attempt, and
 *   has failed when nothing changed for MAX_WAIT_MS
 */
export type RetryPolicy = 'retry' | 'never' | 'wait';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const MIN_WAIT_MS = 5 * MINUTE;
export const MAX_PAUSE_MS = 6 * HOUR;
export const MAX_WAIT_MS = 14 * 24 * HOUR;

/** Put off by a library's own rule, which sets no end: a torrent may be seeded for months. */
const WITHOUT_END: ReadonlySet<string> = new Set(['hard_linked']);

/** A result that verification refuses is made the same way the next time. */
const findings = Object.keys(FINDING_CODES).map((code): [string, RetryPolicy] => [code, 'never']);

/**
 * The reason codes that end an attempt badly. One that is not here (of a pipeline to come, of a newer agent) is
 * retried as far as the agent says that this may help.
 */
const POLICIES: ReadonlyMap<string, RetryPolicy> = new Map<string, RetryPolicy>([
  ...findings,

  // The source and what is wanted of it
  ['source_unreadable', 'never'],
  ['source_changed', 'never'],
  ['source_missing', 'never'],
  ['source_gone', 'never'],
  ['frame_rate', 'never'],
  ['profile_repeats', 'never'],
  ['unknown_pipeline', 'never'],
  ['bad_parameters', 'never'],

  // Dolby Vision: frames and metadata that do not belong together
  ['rpu_count', 'never'],
  ['rpu_changed', 'never'],
  ['frame_count', 'never'],

  // The node and its tools
  ['tool_missing', 'never'],
  ['encoder_missing', 'never'],
  ['tool_time_limit', 'never'],
  ['tool_failed', 'retry'],
  ['tool_killed', 'retry'],
  ['tool_stalled', 'retry'],
  ['tool_bad_output', 'retry'],
  ['output_unreadable', 'retry'],
  ['output_damaged', 'retry'],
  ['staging_failed', 'retry'],
  ['transfer_damaged', 'retry'],
  ['output_too_large', 'never'],
  ['step_error', 'retry'],
  ['lease_lost', 'retry'],
  ['stalled_claim', 'retry'],
  ['no_space_work', 'wait'],

  // The delivery, and the place that it goes to
  ['output_missing', 'retry'],
  ['output_corrupt', 'retry'],
  ['replace_failed', 'retry'],
  ['publish_failed', 'retry'],
  ['journal_open', 'retry'],
  ['no_space', 'wait'],
  ['target_not_writable', 'wait'],
  ['library_missing', 'wait'],
  ['hard_linked', 'wait'],
  ['target_exists', 'never'],
  ['outside_library', 'never'],
  ['name_too_long', 'never'],
  ['bad_token', 'never'],
  ['bad_extension', 'never'],
  ['bad_publish_path', 'never'],
]);

export function isKnownFailure(code: string): boolean {
  return POLICIES.has(code);
}

/** Losses in a row that use up no attempt: a power cut says nothing about the film. */
export const FREE_LOSSES = 7;

/**
 * Whether an attempt whose node vanished uses up none of the job's attempts. A film that ends its node each time comes to
 * an end all the same: once the free losses are over, each is an attempt like any other.
 * @param outcomes of the job's attempts, the newest first, the loss itself included
 */
export function isFreeLoss(outcomes: readonly (string | null)[]): boolean {
  // A node that gave the job back in between has shown nothing either way.
  const told = outcomes.filter((outcome) => outcome !== 'given_back');
  const other = told.findIndex((outcome) => outcome !== 'lost');
  const inARow = other < 0 ? told.length : other;
  return inARow > 0 && inARow <= FREE_LOSSES;
}

/** @param retryable what the agent says, for a code that nobody has thought of */
export function policyOf(code: string, retryable: boolean): RetryPolicy {
  return POLICIES.get(code) ?? (retryable ? 'retry' : 'never');
}

/**
 * How long a job is put off: as long again as it has waited so far, within limits.
 * @param waitedMs since it was put off for the first time
 * @returns ms; null when it has waited long enough
 */
export function pauseAfter(code: string, waitedMs: number): number | null {
  if (waitedMs >= MAX_WAIT_MS && !WITHOUT_END.has(code)) return null;
  return Math.min(Math.max(waitedMs, MIN_WAIT_MS), MAX_PAUSE_MS);
}

/** File system errors that say that a place cannot be written to, as long as nobody does something about it. */
const NOT_WRITABLE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Those that say that a share or a pool is not there just now: FUSE without its program, NFS and SMB without their server. */
const AWAY: ReadonlySet<string> = new Set([
  ...['ENOTCONN', 'ESTALE', 'ENODEV', 'ENXIO', 'EREMOTEIO', 'ETIMEDOUT'],
  ...['EHOSTDOWN', 'EHOSTUNREACH', 'ENETDOWN', 'ENETUNREACH'],
]);

/** The first errno in an error and its causes. */
function errnoIn(error: unknown): string | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if ('code' in cause && typeof cause.code === 'string' && /^E[A-Z0-9]+$/.test(cause.code))
      return cause.code;
  }
  return null;
}

/** What the server says of a delivery that it could not take over. */
export function deliveryFailure(error: unknown): Reason {
  const said = error instanceof Error ? error.message : String(error);
  const message = `the server could not take the result over: ${said}`;
  const errno = errnoIn(error);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return { code: 'no_space', message };
  if (errno !== null && NOT_WRITABLE.has(errno)) return { code: 'target_not_writable', message };
  if (errno !== null && AWAY.has(errno)) return { code: 'library_missing', message };
  return { code: error instanceof ToolError ? error.code : 'replace_failed', message };
}
