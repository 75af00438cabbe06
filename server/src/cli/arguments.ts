import { parseJobs, type JobsArguments } from './jobs/jobs-arguments.js';
import { readArguments } from './read-arguments.js';
import { UsageError } from './usage-error.js';

export interface CliArguments {
  libraries: string[];
  profile: string | undefined;
  once: boolean;
  dryRun: boolean;
  minimumAgeSeconds: number | undefined;
  help: boolean;
}

export interface ExplainArguments {
  /** as typed */
  file: string;
  profile: string | undefined;
  /** the folder that counts as the file's library */
  library: string | undefined;
  json: boolean;
  all: boolean;
  help: boolean;
}

export type CliCommand =
  | ({ command: 'serve' } & CliArguments)
  | ({ command: 'explain' } & ExplainArguments)
  | ({ command: 'jobs' } & JobsArguments);

export const USAGE = `Boilarr makes home media libraries smaller without losing anything.

npm start                              start the server
npm start -- --library DIR             add DIR as a library and begin
npm start -- --library DIR --once      ... and end when nothing is left to do
npm start -- --library DIR --dry-run   say what would be done and why; touch nothing

  --library DIR           may be given several times
  --profile NAME          profile for libraries that are added (av1-default)
  --minimum-age SECONDS   files changed more recently wait (60), for libraries that are added
  --once                  end when nothing is left to do: 0, or 1 if a file failed or was put off
  --dry-run               print the decisions with their reasons
  --help                  this text

npm run boilarr -- COMMAND ...

  serve                   as above, and what is meant without any command
  explain FILE            what would be done with one file and why, down to the commands
  jobs ACTION             the queue of the server that runs: list, show, add, rerun, cancel, approve, reject
`;

export const EXPLAIN_USAGE = `npm run boilarr -- explain FILE [--profile NAME] [--library DIR] [--json] [--all]

Says what would be done with one file: which YAML gives each value, what every rule says, what becomes of each stream,
the size to expect, and the commands. Starts nothing and changes nothing; a server may run meanwhile.

  --profile NAME   instead of the library's own profile (av1-default where there is no library)
  --library DIR    the folder from which down a .boilarr.yaml counts; without it, the library that the file lies in
  --json           for programs
  --all            also values that are defaults, and rules that were not asked
  --help           this text

Ends with 0, 1 when the file cannot be read, 2 for a wrong argument.
`;

/**
 * Without a command, as in `npm start -- --once`, the server is meant.
 * @throws UsageError with a sentence for the person who typed it
 */
export function parseCommand(argv: readonly string[]): CliCommand {
  const [command, ...rest] = argv;
  if (command === undefined || command.startsWith('-')) return { command: 'serve', ...parseArguments(argv) };
  switch (command) {
    case 'serve':
      return { command, ...parseArguments(rest) };
    case 'explain':
      return { command, ...parseExplain(rest) };
    case 'jobs':
      return { command, ...parseJobs(rest) };
    case 'help':
      return { command: 'serve', ...parseArguments(['--help']) };
    default:
      throw new UsageError(`there is no command ${command}; there are serve, explain and jobs`, USAGE);
  }
}

/** @throws UsageError with a sentence for the person who typed it */
export function parseArguments(argv: readonly string[]): CliArguments {
  const { values } = readArguments(argv, USAGE, false, {
    library: { type: 'string', multiple: true },
    profile: { type: 'string' },
    'minimum-age': { type: 'string' },
    once: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  const age = values['minimum-age'];
  if (age !== undefined && !/^\d+$/.test(age))
    throw new UsageError(`--minimum-age wants seconds, not ${age}`, USAGE);
  const libraries = values.library ?? [];
  if (values['dry-run'] && libraries.length === 0) {
    throw new UsageError('--dry-run wants at least one --library DIR', USAGE);
  }
  return {
    libraries,
    profile: values.profile,
    once: values.once,
    dryRun: values['dry-run'],
    minimumAgeSeconds: age === undefined ? undefined : Number(age),
    help: values.help,
  };
}

function parseExplain(argv: readonly string[]): ExplainArguments {
  const { values, positionals } = readArguments(argv, EXPLAIN_USAGE, true, {
    profile: { type: 'string' },
    library: { type: 'string' },
    json: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
  const { profile, library, json, all, help } = values;
  const [file = ''] = positionals;
  if (!help && (positionals.length !== 1 || file === ''))
    throw new UsageError(`explain wants one file, and got ${positionals.length}`, EXPLAIN_USAGE);
  return { file, profile, library, json, all, help };
}
