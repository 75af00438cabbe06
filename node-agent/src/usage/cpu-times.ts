import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Of all processors together since the boot, in ticks of which only the differences mean something. */
export interface MachineTimes {
  busy: number;
  total: number;
}

/** The first line of proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; guests are in user and nice already. */
export function parseProcStat(text: string): MachineTimes | null {
  const match = /^cpu +((?:\d+ ?)+)/.exec(text);
  const fields = match?.[1]?.trim().split(' ').map(Number).slice(0, 8) ?? [];
  const [, , , idle] = fields;
  if (idle === undefined) return null;
  const total = fields.reduce((sum, field) => sum + field, 0);
  return { total, busy: total - idle - (fields[4] ?? 0) };
}

/** The machine's: by its first line alone where there is /proc, since the system's own call reads a file for each processor. */
export function machineTimes(): MachineTimes {
  try {
    const times = parseProcStat(readFileSync('/proc/stat', 'utf8'));
    if (times !== null) return times;
  } catch {
    // Not on Linux.
  }
  let [busy, total] = [0, 0];
  for (const { times } of cpus()) {
    const sum = Object.values(times).reduce((all, time) => all + time, 0);
    total += sum;
    busy += sum - times.idle;
  }
  return { busy, total };
}

/**
 * What a process has used and what its children had used when they ended: fields 14 to 17 of proc_pid_stat(5), counted from behind the
 * name, which may hold anything. @returns ticks, null when it is not such a line
 */
export function parsePidStat(text: string): number | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const times = fields.slice(11, 15).map(Number);
  return times.length === 4 && times.every(Number.isFinite)
    ? times.reduce((sum, time) => sum + time, 0)
    : null;
}

/**
 * What this process and its tools have used so far. A tool that has ended is counted among this process's children from then on, so
 * that the sum never runs backwards and short tools are counted, too.
 * @param tools process ids of those that run
 * @returns ticks, as in /proc/stat; null where there is no /proc
 */
export function ownTimes(tools: Iterable<number>): number | null {
  const of = (pid: number | 'self'): number | null => {
    try {
      return parsePidStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return null;
    }
  };
  const self = of('self');
  if (self === null) return null;
  let sum = self;
  for (const pid of tools) sum += of(pid) ?? 0;
  return sum;
}

const percent = (part: number, whole: number): number =>
  whole <= 0 ? 0 : Math.min(100, Math.max(0, (100 * part) / whole));

/** What happened between two looks, in percent of all processors; of others alone, null where one's own part is not known. */
export function cpuShares(
  before: MachineTimes & { own: number | null },
  after: MachineTimes & { own: number | null },
): { all: number; others: number | null } {
  const total = after.total - before.total;
  const busy = after.busy - before.busy;
  return {
    all: percent(busy, total),
    others:
      before.own === null || after.own === null ? null : percent(busy - (after.own - before.own), total),
  };
}
