import type { FileFacts, FilePort } from './file-port.js';

/** What a file was when it was claimed. */
export interface SourceIdentity {
  size: number;
  mtimeNs: string;
  /** see common/head-tail-hash */
  headTailHash: string;
}

/** Coarsest time stamps that a file system keeps (FAT), in nanoseconds. */
const COARSE_NS = 2_000_000_000n;

/** Whether the file that `facts` tell of is the one that was claimed, to the nanosecond. */
export async function isClaimed(
  port: FilePort,
  file: string,
  facts: FileFacts | null,
  was: SourceIdentity,
): Promise<boolean> {
  if (facts?.kind !== 'file' || facts.size !== was.size || facts.mtimeNs !== was.mtimeNs) return false;
  return (await port.headTailHash(file)) === was.headTailHash;
}

/**
 * Whether a file in the trash is the one that was claimed. The trash may be a copy on a file system that keeps
 * coarser times; what somebody wrote to meanwhile has a time of today and differs by far more.
 */
export async function isClaimedInTrash(
  port: FilePort,
  file: string,
  facts: FileFacts | null,
  was: SourceIdentity,
): Promise<boolean> {
  if (facts?.kind !== 'file' || facts.size !== was.size) return false;
  const apart = BigInt(facts.mtimeNs) - BigInt(was.mtimeNs);
  if (apart > COARSE_NS || apart < -COARSE_NS) return false;
  return (await port.headTailHash(file)) === was.headTailHash;
}
