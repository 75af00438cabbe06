import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

/** Where a container finds how much of a processor it may use: cgroups of version 2, and of version 1. */
const CPU_MAX = '/sys/fs/cgroup/cpu.max';
const QUOTA = '/sys/fs/cgroup/cpu/cpu.cfs_quota_us';
const PERIOD = '/sys/fs/cgroup/cpu/cpu.cfs_period_us';

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

/**
 * @param cpuMax `QUOTA PERIOD` in microseconds, or `max PERIOD`; '' where there is none
 * @returns processors, possibly a part of one; null: no limit
 */
export function parseCpuMax(cpuMax: string): number | null {
  const match = /^(\d+) (\d+)$/.exec(cpuMax);
  if (match === null || Number(match[1]) === 0 || Number(match[2]) === 0) return null;
  return Number(match[1]) / Number(match[2]);
}

/** Logical processors that this process may keep busy: those of its CPU set, and no more than its container is given time on. */
export function usableCores(): number {
  const limit = parseCpuMax(read(CPU_MAX)) ?? parseCpuMax(`${read(QUOTA)} ${read(PERIOD)}`);
  const cores = availableParallelism();
  return limit === null ? cores : Math.max(1, Math.min(cores, Math.ceil(limit)));
}

/** Bytes of memory that this process may use: the machine's, or what its container is given. */
export function usableMemory(): number {
  const limit = process.constrainedMemory();
  // Where there is none, it is 0 or beyond all measure.
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
