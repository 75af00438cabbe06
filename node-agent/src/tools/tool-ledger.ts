import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

/** This boot of this machine: process ids of another say nothing. '' where the system does not tell. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/**
 * When a process began, in clock ticks since the boot: with its id, the one thing that tells it from a later process of the same id.
 * Field 22 of proc_pid_stat(5), counted from behind the name, which may hold anything.
 * @returns null when it has ended, or where there is no /proc
 */
export function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/**
 * Which tools an agent has running, one small file each, so that an agent that starts after a kill finds those that survived it. Where
 * there is `setpriv`, none does. Elsewhere than on Linux nothing is noted.
 */
export class ToolLedger {
  private readonly folder: string;
  private readonly boot = bootId();
  private readonly running = new Set<number>();

  /** @param workFolder the node's; the files lie in a folder of their own below it */
  constructor(workFolder: string) {
    this.folder = path.join(workFolder, 'tools');
  }

  /** process ids of the tools that this agent has running */
  get pids(): Iterable<number> {
    return this.running;
  }

  /** Notes a tool the moment it runs: synchronously, since the agent may be killed in the next one. */
  started(pid: number): void {
    this.running.add(pid);
    const startTime = startTimeOf(pid);
    if (startTime === null || this.boot === '') return;
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(this.file(pid), `${this.boot} ${startTime}\n`);
  }

  async ended(pid: number): Promise<void> {
    this.running.delete(pid);
    await rm(this.file(pid), { force: true });
  }

  /** Ends what an earlier agent of this work folder has left running. @returns the process ids of those that were */
  async endSurvivors(): Promise<number[]> {
    const names = await readdir(this.folder).catch(() => []);
    const survivors: number[] = [];
    for (const name of names) {
      const pid = Number(name);
      if (!Number.isSafeInteger(pid) || pid <= 1) continue;
      const noted = await readFile(this.file(pid), 'utf8').catch(() => '');
      if (noted === `${this.boot} ${startTimeOf(pid) ?? ''}\n` && killGroup(pid)) survivors.push(pid);
      await this.ended(pid);
    }
    return survivors;
  }

  private file(pid: number): string {
    return path.join(this.folder, String(pid));
  }
}

/** A tool leads a group of its own; what it has started is in it. */
function killGroup(pid: number): boolean {
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
