import type { FileFacts } from './plan.types.js';

/** For who knows nothing of the file but its media. */
export const NO_FACTS: FileFacts = { modifiedAt: null, correction: 1 };

/** @param mtimeNs nanoseconds since the epoch, which a double cannot hold */
export function fileFacts(mtimeNs: string, correction = 1): FileFacts {
  return { modifiedAt: Number(BigInt(mtimeNs) / 1_000_000n), correction };
}
