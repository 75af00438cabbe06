/** One program that a job ran, as its log tells. */
export interface LoggedCommand {
  /** the step that ran it */
  step: string;
  /** quoted for a shell, as it was run */
  line: string;
  /** ms since the epoch */
  startedAt: number;
  endedAt: number;
}

interface OpenCommand extends Omit<LoggedCommand, 'endedAt'> {
  tool: string;
  endedAt: number | null;
}

/**
 * The commands in a job's log, in the order in which they were started.
 * @throws Error when a command never ended
 */
export function readJobLog(text: string): LoggedCommand[] {
  const commands: OpenCommand[] = [];
  let step = '';
  for (const line of text.split('\n')) {
    const [, time = '', rest = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    const at = Date.parse(time);
    if (Number.isNaN(at)) continue;
    const begins = /^step \d+\/\d+ (\w+)$/.exec(rest);
    if (begins?.[1] !== undefined) step = begins[1];
    if (rest.startsWith('$ ')) {
      const command = rest.slice(2);
      commands.push({
        step,
        line: command,
        tool: command.split(' ', 1)[0] ?? '',
        startedAt: at,
        endedAt: null,
      });
    }
    const ended = /^(\S+) ended with \d+ after /.exec(rest);
    const open = commands.find((command) => command.endedAt === null && command.tool === ended?.[1]);
    if (open !== undefined) open.endedAt = at;
  }
  return commands.map(({ step: of, line, startedAt, endedAt }) => {
    if (endedAt === null) throw new Error(`the log has no end of: ${line}`);
    return { step: of, line, startedAt, endedAt };
  });
}

/** How long at least one of these programs ran, in ms. */
export function runningMs(commands: readonly LoggedCommand[]): number {
  let [total, until] = [0, -Infinity];
  for (const { startedAt, endedAt } of [...commands].sort((a, b) => a.startedAt - b.startedAt)) {
    total += Math.max(0, endedAt - Math.max(startedAt, until));
    until = Math.max(until, endedAt);
  }
  return total;
}

/** How long a slot lay idle, in ms. */
export interface SlotIdle {
  /** between the last command of one job and the first of the next, for each job but the first */
  between: number[];
  /** inside each job: between its own commands */
  inside: number[];
}

/**
 * The idle times of one slot, from the logs of all jobs that ran in it.
 * @param isSlotStep tells the steps that hold the slot
 */
export function slotIdle(
  jobs: readonly (readonly LoggedCommand[])[],
  isSlotStep: (step: string) => boolean,
): SlotIdle {
  const held = jobs
    .map((commands) => commands.filter(({ step }) => isSlotStep(step)))
    .filter((commands) => commands.length > 0)
    .sort((a, b) => (a[0]?.startedAt ?? 0) - (b[0]?.startedAt ?? 0));
  const pause = (before: LoggedCommand | undefined, after: LoggedCommand | undefined) =>
    Math.max(0, (after?.startedAt ?? 0) - (before?.endedAt ?? 0));
  return {
    between: held.slice(1).map((commands, index) => pause(held[index]?.at(-1), commands[0])),
    inside: held.map((commands) =>
      commands.slice(1).reduce((sum, command, index) => sum + pause(commands[index], command), 0),
    ),
  };
}
