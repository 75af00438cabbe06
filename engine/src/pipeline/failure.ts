import type { Reason } from '#contracts';
import { ToolError, type ToolErrorCode } from '../tools/tool-error.js';
import { StepFailure } from './step.js';

/** The disk that the node works on is full: nothing is wrong with the file, and nothing but room helps. */
export const NO_SPACE_WORK = 'no_space_work';

/** What the C library says for ENOSPC and EDQUOT, and every tool after it. */
const FULL = /No space left on device|Disk quota exceeded/;

const FULL_ERRNOS: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** What a tool's end means to a person, before the tool's own words. */
const MEANING: Readonly<Record<ToolErrorCode, string>> = {
  tool_missing: 'A program that this needs is not there',
  tool_failed: 'A program could not do its part, perhaps because the file is damaged',
  tool_killed: 'A program crashed or was ended from outside, perhaps for want of memory',
  tool_stalled: 'A program hung and was ended',
  tool_time_limit: 'The time that one job may take was over',
  tool_cancelled: 'It was cancelled',
  tool_bad_output: 'A program gave an answer that makes no sense',
};

function isFull(error: unknown): boolean {
  // A step writes nowhere but into its work folder.
  if (error instanceof ToolError) {
    const { stderr, stdout = '' } = error.details;
    return error.code === 'tool_failed' && (FULL.test(stderr) || FULL.test(stdout));
  }
  return error instanceof Error && 'code' in error && FULL_ERRNOS.has(String(error.code));
}

/**
 * What a failed step comes to.
 * @returns `retryable`: what a server goes by that does not know the reason's code
 */
export function failureOf(error: unknown, step: string): { reason: Reason; retryable: boolean } {
  if (error instanceof StepFailure) return { reason: error.reason, retryable: error.retryable };
  const said = `${step}: ${error instanceof Error ? error.message : String(error)}`;
  if (isFull(error)) {
    const message = `the disk of the node's work folder is full; what earlier steps made is kept, and it goes on when there is room: ${said}`;
    return { reason: { code: NO_SPACE_WORK, message }, retryable: true };
  }
  if (error instanceof ToolError) {
    const retryable = error.code !== 'tool_missing' && error.code !== 'tool_time_limit';
    return {
      reason: { code: error.code, message: `${MEANING[error.code]}, and the original stays. ${said}` },
      retryable,
    };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code).toLowerCase() : 'step_error';
  return { reason: { code, message: said }, retryable: true };
}
