import { readdir, readFile } from 'node:fs/promises';

export interface ProcessMemory {
  /** bytes resident now */
  resident: number;
  /** bytes, the most that have ever been resident */
  peak: number;
}

async function statusOf(pid: number): Promise<string | null> {
  return readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
}

function field(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN);
}

/**
 * What one process alone has in memory, without its children.
 * @throws Error when it has ended
 */
export async function memoryOf(pid: number): Promise<ProcessMemory> {
  const status = await statusOf(pid);
  if (status === null) throw new Error(`process ${pid} has ended`);
  return { resident: field(status, 'VmRSS') * 1024, peak: field(status, 'VmHWM') * 1024 };
}

/** The direct children of a process: pid and command line. */
export async function childrenOf(pid: number): Promise<{ pid: number; command: string }[]> {
  const children: { pid: number; command: string }[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = await statusOf(Number(name));
    if (status === null || field(status, 'PPid') !== pid) continue;
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    children.push({ pid: Number(name), command: command.replaceAll('\0', ' ').trim() });
  }
  return children;
}
