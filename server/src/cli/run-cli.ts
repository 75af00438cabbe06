import { PROJECT_ROOT } from '#engine/version.js';
import { configDirectory, readEnvironment } from '../config/environment.js';
import { loadConfig } from '../config/load-config.js';
import { FieldException } from '../common/field-exception.js';
import { armFaultPoint } from '../replace/fault-points.js';
import { EXPLAIN_USAGE, parseCommand, USAGE, type CliCommand } from './arguments.js';
import { dryRun } from './dry-run.js';
import { ENDED_EARLY, EndSignals } from './end-signals.js';
import { explain } from './explain.js';
import { JOBS_USAGE } from './jobs/jobs-arguments.js';
import { jobsCommand } from './jobs/jobs-command.js';
import { UsageError } from './usage-error.js';

/** ms between the attempts of a job when somebody waits for the end of the run. */
const ONCE_RETRY_MS = 1000;

const out = (text: string) => process.stdout.write(`${text}\n`);
const complain = (text: string) => process.stderr.write(`boilarr: ${text}\n`);

function messageOf(error: unknown): string {
  if (error instanceof FieldException) {
    return error.errors.map((field) => `${field.propertyName}: ${field.errorMessage}`).join('; ');
  }
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`;
}

const USAGES = { serve: USAGE, explain: EXPLAIN_USAGE, jobs: JOBS_USAGE } as const;

/**
 * The program, from its arguments to its exit code: 0, 1 when a file or the start failed, 2 for a wrong argument,
 * 130 when it was ended early. `jobs` ends with 1 when the server refuses or does not answer.
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  let args: CliCommand;
  try {
    args = parseCommand(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return refuse(error);
  }
  if (args.help) {
    process.stdout.write(USAGES[args.command]);
    return 0;
  }
  const ending = new EndSignals();
  const end = ending.signal;
  try {
    const environment = readEnvironment(process.env);
    const { BOILARR_FAULT_POINT: fault } = environment;
    if (fault !== undefined) armFaultPoint(fault.name, fault.pass);
    const directory = configDirectory(environment, PROJECT_ROOT);
    if (args.command === 'explain') {
      await explain({ ...args, configDirectory: directory, signal: end, out });
      return 0;
    }
    if (args.command === 'jobs')
      return await jobsCommand({
        ...args,
        configDirectory: directory,
        environment,
        signal: end,
        out,
        complain,
      });
    if (args.dryRun) {
      await dryRun({
        libraries: args.libraries,
        profile: args.profile,
        configDirectory: directory,
        signal: end,
        out,
      });
      return 0;
    }
    const config = await loadConfig(directory, environment, args.once ? [ONCE_RETRY_MS] : undefined);
    // Only here, because the whole server takes a second to load.
    const { serve } = await import('./serve.js');
    return await serve(args, config, ending);
  } catch (error) {
    if (end.aborted) return ENDED_EARLY;
    if (error instanceof UsageError) return refuse(error);
    complain(messageOf(error));
    return 1;
  }
}

function refuse(error: UsageError): number {
  complain(error.message);
  process.stderr.write(`\n${error.usage}`);
  return 2;
}
