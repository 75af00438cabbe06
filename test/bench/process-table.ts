import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessMemory {
  /** bytes resident now */
  resident: number;
  /** bytes, the most that have ever been resident */
  peak: number;
}

/** @returns null when there is no such process any more */
function readProc(pid: number, file: 'status' | 'cmdline'): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN);
}

/**
 * What one process alone has in memory, without its children.
 * @throws Error when it has ended
 */
export function memoryOf(pid: number): ProcessMemory {
  const status = readProc(pid, 'status');
  if (status === null) throw new Error(`process ${pid} has ended`);
  return { resident: field(status, 'VmRSS') * 1024, peak: field(status, 'VmHWM') * 1024 };
}

/** The direct children of a process: pid and command line. Synchronous, for a process that is exiting asks it too. */
export function childrenOf(pid: number): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => field(readProc(candidate, 'status') ?? '', 'PPid') === pid)
    .map((child) => ({
      pid: child,
      command: (readProc(child, 'cmdline') ?? '').replaceAll('\0', ' ').trim(),
    }));
}

/** A process and everything below it, the process itself last. */
export function familyOf(pid: number): number[] {
  return [...childrenOf(pid).flatMap((child) => familyOf(child.pid)), pid];
}
