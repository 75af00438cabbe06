import { TRANSFER_STATUS } from '#contracts';
import { StepFailure } from '#engine/pipeline/step.js';
import type { ServerRefusal } from '../registration/server-client.js';
import { sourceChanged } from './shared-file.js';

/** What the server's no to a piece comes to for the job. */
export function outcomeOf(refusal: ServerRefusal): Error {
  switch (refusal.status) {
    case TRANSFER_STATUS.sourceChanged:
      return sourceChanged();
    case TRANSFER_STATUS.sourceAway:
      return new StepFailure({ code: 'library_missing', message: refusal.message }, true);
    case TRANSFER_STATUS.tooLarge:
      return new StepFailure({ code: 'output_too_large', message: refusal.message }, false);
    default:
      return new StepFailure({ code: 'staging_failed', message: refusal.message }, true);
  }
}

/** A piece arrived otherwise than it was sent, again and again. */
export function damagedFor(what: string, times: number): StepFailure {
  const message =
    `${what} arrived damaged ${times} times in a row; ` +
    `something on the way changes it, such as a faulty network card or memory`;
  return new StepFailure({ code: 'transfer_damaged', message }, true);
}
