import type { BigIntStats } from 'node:fs';
import type { JobInput } from '#contracts';

/**
 * Units, in ns, that shares cut times to: SMB to 100 ns, some file servers to 1 µs, 1 ms or 1 s, FAT to 2 s.
 */
const UNITS = [100n, 1000n, 1_000_000n, 1_000_000_000n, 2_000_000_000n] as const;

/**
 * Whether a time seen through a share is the one that the server has seen on its disk.
 * @param claimed ns since the epoch, decimal
 */
export function isSameTime(claimed: string, seen: bigint): boolean {
  const time = BigInt(claimed);
  if (time === seen) return true;
  const apart = time > seen ? time - seen : seen - time;
  return UNITS.some((unit) => seen % unit === 0n && apart < unit);
}

/**
 * Whether what lies at a path is the file that was claimed, as far as size and time can tell. The server compares
 * to the nanosecond, and content as well, before it replaces anything.
 */
export function isClaimedFile(claimed: Pick<JobInput, 'size' | 'mtimeNs'>, status: BigIntStats): boolean {
  return (
    status.isFile() && Number(status.size) === claimed.size && isSameTime(claimed.mtimeNs, status.mtimeNs)
  );
}
