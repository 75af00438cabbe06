import { CHECKS, HEADER_CHECKS } from './checks/index.js';
import { pairTracks } from './tracks.js';
import type { Check, Finding, HeaderInput, VerifyInput } from './verify.types.js';

export { sourceIsTruncated } from './truncated.js';

/**
 * Compares what came out with what went in and what was planned.
 * @returns everything that is not as it should be; an empty list is the only good answer
 */
export function verify(input: VerifyInput, checks: readonly Check[] = CHECKS): Finding[] {
  const tracks = pairTracks(input);
  return checks.flatMap((check) => check(input, tracks));
}

/** The part of `verify` that needs no measured pass: headers against headers. */
export function verifyHeaders(input: HeaderInput): Finding[] {
  const tracks = pairTracks(input);
  return HEADER_CHECKS.flatMap((check) => check(input, tracks));
}
