import type { Reason } from '#contracts';
import { ToolError } from '../tools/tool-error.js';
import { StepFailure } from './step.js';

/** The disk that the node works on is full: nothing is wrong with the file, and nothing but room helps. */
export const NO_SPACE_WORK = 'no_space_work';

/** What the C library says for ENOSPC and EDQUOT, and every tool after it. */
const FULL = /No space left on device|Disk quota exceeded/;

const FULL_ERRNOS: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

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
    return { reason: { code: error.code, message: said }, retryable };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code).toLowerCase() : 'step_error';
  return { reason: { code, message: said }, retryable: true };
}
