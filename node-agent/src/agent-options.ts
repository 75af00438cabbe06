import { homedir, hostname } from 'node:os';
import path from 'node:path';
import type { PathMapping } from '#contracts';
import type { Arguments } from './options/arguments.js';
import { readConfigFile } from './options/config-file.js';
import { CONFIG_VARIABLE, readVariables } from './options/environment.js';
import { OptionsError, optionValues, type GivenOption, type OptionName } from './options/option-values.js';
import { defaultWorkFolder } from './options/work-folder.js';

export interface AgentOptions {
  /** what becomes of running jobs at the first SIGTERM; the second one always gives them back */
  shutdown: 'giveBack' | 'finish';
  /** without a trailing slash, with the server's URL base; null: nobody has said where it is */
  serverUrl: string | null;
  /** secret: a join token, or a node's own; null: none was given */
  token: string | null;
  name: string;
  /** absolute; holds one folder a job, and who the node is */
  workFolder: string;
  /** absolute; null: small jobs' intermediate files lie in the work folder as all others do */
  scratchFolder: string | null;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /** where it answers `/ping`; null: nowhere */
  healthPort: number | null;
  pathMappings: PathMapping[];
}

/** The machine as far as options depend on it. */
export interface Surroundings {
  platform: NodeJS.Platform;
  home: string;
  hostName: string;
  /** the folder that relative paths count from */
  directory: string;
  readFile: (file: string) => GivenOption[];
}

const here = (): Surroundings => ({
  platform: process.platform,
  home: homedir(),
  hostName: hostname(),
  directory: process.cwd(),
  readFile: readConfigFile,
});

type Values = { [Name in OptionName]?: ReturnType<(typeof optionValues)[Name]['parse']> };

/** Where in a value something is wrong: ` (entry 2, node)`. */
function place(at: readonly PropertyKey[]): string {
  const words = at.map((part) => (typeof part === 'number' ? `entry ${part + 1}` : String(part)));
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function check(given: ReadonlyMap<OptionName, GivenOption>): Values {
  const problems: string[] = [];
  const values: Partial<Record<OptionName, unknown>> = {};
  for (const { name, value, source } of given.values()) {
    const result = optionValues[name].safeParse(value);
    if (result.success) values[name] = result.data;
    else
      problems.push(
        ...result.error.issues.map(
          (issue) =>
            `${source}${place(issue.path)}: ${
              typeof value === 'number' && issue.code === 'invalid_type'
                ? 'is a number; put it in quotes'
                : name === 'pathMappings' && issue.path.length > 1
                  ? 'has no path here; an entry is /server/path=/path/here'
                  : issue.message
            }`,
        ),
      );
  }
  if (problems.length > 0) throw new OptionsError(problems);
  return values as Values;
}

/**
 * Everything that a node is told at its start: by arguments, else by the environment, else by the YAML file.
 * @throws OptionsError naming each option that is wrong and where it was given; values are not repeated, for one is a secret
 */
export function readAgentOptions(
  args: Pick<Arguments, 'config' | 'given'>,
  environment: NodeJS.ProcessEnv,
  { platform, home, hostName, directory, readFile }: Surroundings = here(),
): AgentOptions {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const wanted = args.config ?? environment[CONFIG_VARIABLE];
  const file = wanted === undefined || wanted === '' ? null : paths.resolve(directory, wanted);
  const inFile = file === null ? [] : readFile(file);
  const given = new Map<OptionName, GivenOption>();
  // What comes later goes before.
  for (const options of [inFile, readVariables(environment), args.given]) {
    for (const option of options) given.set(option.name, option);
  }
  const values = check(given);
  // A relative path in the file means the same wherever the node is started.
  const absolute = (name: OptionName, folder: string) => {
    const option = given.get(name);
    const isInFile = file !== null && option !== undefined && inFile.includes(option);
    return paths.resolve(isInFile ? paths.dirname(file) : directory, folder);
  };
  return {
    serverUrl: values.server ?? null,
    token: values.token ?? null,
    name: values.name ?? (hostName.trim().slice(0, 60) || 'node'),
    workFolder: absolute('work', values.work ?? defaultWorkFolder(platform, environment, home)),
    scratchFolder: values.scratch === undefined ? null : absolute('scratch', values.scratch),
    logLevel: values.logLevel ?? 'info',
    shutdown: values.shutdown ?? 'giveBack',
    healthPort: values.healthPort ?? null,
    pathMappings: values.pathMappings ?? [],
  };
}
