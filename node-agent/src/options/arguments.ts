import { parseArgs } from 'node:util';
import { OptionsError, type GivenOption } from './option-values.js';

const WITH_VALUE = ['server', 'token', 'name', 'work', 'scratch', 'config', 'log-level'] as const;
const ALONE = ['help', 'version'] as const;

type WithValue = (typeof WITH_VALUE)[number];
type Alone = (typeof ALONE)[number];

const OPTIONS = Object.fromEntries([
  ...WITH_VALUE.map((name) => [name, { type: 'string' as const }]),
  ...ALONE.map((name) => [name, { type: 'boolean' as const }]),
]) as Record<WithValue | Alone, { type: 'string' | 'boolean' }>;

export interface Arguments {
  help: boolean;
  version: boolean;
  /** the YAML file */
  config: string | null;
  given: GivenOption[];
}

const isOneOf = <T extends string>(names: readonly T[], name: string): name is T =>
  (names as readonly string[]).includes(name);

/**
 * Reads the command line.
 * @throws OptionsError; what stands in the wrong place is not repeated, since it may be a token
 */
export function readArguments(args: readonly string[]): Arguments {
  const { tokens } = parseArgs({
    ...{ args: [...args], options: OPTIONS, strict: false, allowPositionals: true, tokens: true },
  });
  const found: Arguments = { help: false, version: false, config: null, given: [] };
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') {
      problems.push(`argument ${token.index + 1}: what is not an option's value has no meaning`);
      continue;
    }
    if (token.kind === 'option-terminator') continue;
    const { name, rawName, value } = token;
    if (seen.has(name)) problems.push(`${rawName}: is given twice`);
    seen.add(name);
    if (isOneOf(ALONE, name)) {
      if (value === undefined) found[name] = true;
      else problems.push(`${rawName}: takes no value`);
    } else if (!isOneOf(WITH_VALUE, name)) {
      problems.push(`there is no option ${rawName}; --help lists them`);
      // What follows it would have been its value.
      break;
    } else if (value === undefined || value === '') {
      problems.push(`${rawName}: has no value`);
    } else if (name === 'config') {
      found.config = value;
    } else {
      found.given.push({ name: name === 'log-level' ? 'logLevel' : name, value, source: rawName });
    }
  }
  if (problems.length > 0) throw new OptionsError(problems);
  return found;
}

export const HELP = `boilarr-node: encodes for a Boilarr server on this machine

  --server URL       address of the server, such as http://nas:2645   (BOILARR_SERVER_URL)
  --token TOKEN      join token from the Nodes page, for the first start   (BOILARR_NODE_TOKEN)
  --name NAME        what the node is called; this machine's name unless set   (BOILARR_NODE_NAME)
  --work FOLDER      encodes in progress, and who the node is   (BOILARR_WORK_DIR)
  --scratch FOLDER   small jobs' files on the way, in memory such as /dev/shm; none unless set   (BOILARR_NODE_SCRATCH)
  --config FILE      a YAML file with server, token, name, work, scratch, logLevel, shutdown, healthPort
                     and pathMappings: [{ server, node }]   (BOILARR_NODE_CONFIG)
  --log-level LEVEL  trace, debug, info, warn or error   (BOILARR_LOG_LEVEL)
  --help, --version

  BOILARR_PATH_MAP          /server/path=/path/here, several with ; between them
  BOILARR_SHUTDOWN          giveBack or finish: what becomes of running jobs when the node is told to end
  BOILARR_NODE_HEALTH_PORT  answers GET /ping at this port; the node then waits where it would otherwise end

What stands here goes before the environment, and that before the file.
Ends with 2 when an option is wrong, 3 when server and node are not of one version, and 4 when the server will not have it.
`;
