import { JOB_STATES, jobState, type JobState } from '#contracts';
import { UsageError } from '../usage-error.js';
import { readArguments } from '../read-arguments.js';

/** Rows that `jobs list` prints unless it is told otherwise, and the most that it fetches. */
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 10_000;

export type JobsAction =
  | { action: 'list'; states: JobState[]; library: string | undefined; limit: number }
  | { action: 'show'; id: number }
  | { action: 'add'; files: string[]; force: boolean }
  | { action: 'rerun'; id: number; from: string | number | undefined }
  | { action: 'cancel' | 'approve'; ids: number[] }
  | { action: 'reject'; ids: number[]; reason: string | undefined };

export type JobsArguments = { json: boolean; help: boolean } & JobsAction;

export const JOBS_USAGE = `npm run boilarr -- jobs ACTION ...

Asks the server that runs with this configuration.

  list [--state S,...] [--library NAME|ID] [--limit N]   in the queue's order; S: ${JOB_STATES.slice(0, 6).join(', ')},
                           ${JOB_STATES.slice(6).join(', ')}
  show ID                  one job with its steps and attempts
  add FILE... [--force]    look at single files of a library and queue them if their profile says so; --force:
                           also those that have failed, were put back from the trash, or are very young
  rerun ID [--from STEP]   run it again, from a step by name or number on, or from the beginning
  cancel ID...
  approve ID...            let an encode that waits for review take its original's place
  reject ID... [--reason TEXT]   leave the original as it is, and remove the encode

  --json   for programs
  --help   this text

Ends with 0, 1 when the server refuses or does not answer, or a file to be added has no job, 2 for a wrong argument.
`;

/** @throws UsageError with a sentence for the person who typed it */
export function parseJobs(argv: readonly string[]): JobsArguments {
  const { values, positionals } = readArguments(argv, JOBS_USAGE, true, {
    state: { type: 'string' },
    library: { type: 'string' },
    limit: { type: 'string' },
    from: { type: 'string' },
    reason: { type: 'string' },
    force: { type: 'boolean' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  const { json, help, ...options } = values;
  const [action = '', ...rest] = positionals;
  if (help) return { action: 'list', states: [], library: undefined, limit: DEFAULT_LIMIT, json, help };
  return { ...parseAction(action, rest, options), json, help };
}

type Options = Partial<Record<'state' | 'library' | 'limit' | 'from' | 'reason', string>> & {
  force?: boolean;
};

const ALLOWED: Readonly<Record<JobsAction['action'], readonly (keyof Options)[]>> = {
  list: ['state', 'library', 'limit'],
  show: [],
  add: ['force'],
  rerun: ['from'],
  cancel: [],
  approve: [],
  reject: ['reason'],
};

function isAction(text: string): text is JobsAction['action'] {
  return Object.hasOwn(ALLOWED, text);
}

function parseAction(action: string, rest: readonly string[], options: Options): JobsAction {
  const all = Object.keys(ALLOWED).join(', ');
  if (action === '') throw wrong(`jobs wants to know what to do: ${all}`);
  if (!isAction(action)) throw wrong(`jobs cannot ${action}; it can ${all}`);
  for (const name of Object.keys(options) as (keyof Options)[]) {
    if (options[name] !== undefined && !ALLOWED[action].includes(name))
      throw wrong(`jobs ${action} knows no --${name}`);
  }
  switch (action) {
    case 'list':
      if (rest.length > 0) throw wrong(`jobs list wants options and no ${rest.join(' ')}`);
      return {
        action,
        states: parseStates(options.state),
        library: options.library,
        limit: options.limit === undefined ? DEFAULT_LIMIT : parseLimit(options.limit),
      };
    case 'show':
      return { action, id: oneId(action, rest) };
    case 'add':
      if (rest.length === 0) throw wrong('jobs add wants the path of a file');
      return { action, files: [...rest], force: options.force ?? false };
    case 'rerun':
      return { action, id: oneId(action, rest), from: parseStep(options.from) };
    case 'reject':
      return { action, ids: manyIds(action, rest), reason: options.reason };
    default:
      return { action, ids: manyIds(action, rest) };
  }
}

function parseStates(text: string | undefined): JobState[] {
  if (text === undefined) return [];
  return text.split(',').map((name) => {
    const state = jobState.safeParse(name.trim());
    if (state.success) return state.data;
    throw wrong(`there is no state ${name}; there are ${JOB_STATES.join(', ')}`);
  });
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw wrong(`--limit wants a number from 1 to ${MAX_LIMIT}, not ${text}`);
}

function parseStep(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : text;
}

function oneId(action: string, rest: readonly string[]): number {
  const [id, ...others] = manyIds(action, rest);
  if (id === undefined || others.length > 0)
    throw wrong(`jobs ${action} wants one number, and got ${rest.length}`);
  return id;
}

function manyIds(action: string, rest: readonly string[]): number[] {
  if (rest.length === 0) throw wrong(`jobs ${action} wants the number of a job`);
  return rest.map((text) => {
    if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
    throw wrong(`jobs ${action} wants the number of a job, not ${text}`);
  });
}

function wrong(message: string): UsageError {
  return new UsageError(message, JOBS_USAGE);
}
