/**
 * Places between the steps of a replacement, a restore, their undoing, recovery and the emptying of the trash at
 * which a test may have the process killed, to see what the next one makes of it. Nothing happens at any of them
 * unless `armFaultPoint` was called, which only BOILARR_FAULT_POINT leads to.
 */
export const FAULT_POINTS = [
  'delivery.taken',
  'replace.begun',
  'replace.staged',
  'replace.accepted',
  'replace.dressed',
  'replace.opened',
  'restore.begun',
  'restore.staged',
  'swap.trash_ready',
  'swap.in_trash',
  'swap.named',
  'swap.done',
  'finish.unstaged',
  'finish.synced',
  'finish.dropped',
  'finish.sidecars',
  'finish.closed',
  'undo.swapped_back',
  'undo.unstaged',
  'undo.closed',
  'recovery.begun',
  'recovery.inspected',
  'recovery.settled',
  'recovery.ended',
  'empty.unlinked',
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

let armed: { name: FaultPoint; passes: number } | null = null;

/** @param pass 1: the process dies the first time that it comes by */
export function armFaultPoint(name: FaultPoint, pass: number): void {
  armed = { name, passes: pass };
}

/** Ends the process as a power cut would, if this point is armed. */
export function faultPoint(name: FaultPoint): void {
  if (armed?.name !== name) return;
  armed.passes -= 1;
  if (armed.passes === 0) process.kill(process.pid, 'SIGKILL');
}
