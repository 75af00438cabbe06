import { deliverRequest, type DeliverRequest } from '#contracts';

/**
 * Whether a delivery brings the very files, by their hashes, that an earlier one of the same job brought: what a
 * person has said of those holds for these as well.
 * @param earlier as the job keeps it; null: nothing has been delivered yet
 */
export function sameOutputs(earlier: Record<string, unknown> | null, now: DeliverRequest): boolean {
  const before = deliverRequest.safeParse(earlier);
  if (!before.success || before.data.outputs.length !== now.outputs.length) return false;
  return now.outputs.every(({ name, sha256, size }, index) => {
    const other = before.data.outputs[index];
    return other?.name === name && other.sha256 === sha256 && other.size === size;
  });
}
