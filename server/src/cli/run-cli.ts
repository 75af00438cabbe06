import { PROJECT_ROOT } from '#engine/version.js';
import { configDirectory, readEnvironment } from '../config/environment.js';
import { loadConfig } from '../config/load-config.js';
import { FieldException } from '../common/field-exception.js';
import { armFaultPoint } from '../replace/fault-points.js';
import { EXPLAIN_USAGE, parseCommand, USAGE, UsageError, type CliCommand } from './arguments.js';
import { dryRun } from './dry-run.js';
import { explain } from './explain.js';

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

/** ms within which a second signal is the first one again: npm passes on what the terminal has sent to both. */
const SAME_SIGNAL_MS = 1000;

/** An end that Ctrl-C or a service manager asks for; the second time it is meant at once. */
function listenForEnd(): AbortSignal {
  const controller = new AbortController();
  let asked = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted && performance.now() - asked > SAME_SIGNAL_MS) process.exit(130);
      if (controller.signal.aborted) return;
      asked = performance.now();
      controller.abort(new Error(`ended by ${signal}`));
    });
  }
  return controller.signal;
}

/**
 * The program, from its arguments to its exit code: 0, 1 when a file or the start failed, 2 for a wrong argument,
 * 130 when it was ended early.
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
    process.stdout.write(args.command === 'explain' ? EXPLAIN_USAGE : USAGE);
    return 0;
  }
  const end = listenForEnd();
  try {
    const environment = readEnvironment(process.env);
    const { BOILARR_FAULT_POINT: fault } = environment;
    if (fault !== undefined) armFaultPoint(fault.name, fault.pass);
    const directory = configDirectory(environment, PROJECT_ROOT);
    if (args.command === 'explain') {
      await explain({ ...args, configDirectory: directory, signal: end, out });
      return 0;
    }
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
    return await serve(args, config, end);
  } catch (error) {
    if (end.aborted) return 130;
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
