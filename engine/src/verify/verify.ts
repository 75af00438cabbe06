import { CHECKS, CONTENT_CHECKS, HEADER_CHECKS } from './checks/index.js';
import { pairTracks } from './tracks.js';
import type { MeasuredContent } from './content/content.types.js';
import type { Check, ContentCheck, Finding, HeaderInput, VerifyInput } from './verify.types.js';

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

/** What samples of both files, decoded, tell beside it. */
export function verifyContent(
  content: MeasuredContent,
  checks: readonly ContentCheck[] = CONTENT_CHECKS,
): Finding[] {
  return checks.flatMap((check) => check(content));
}
