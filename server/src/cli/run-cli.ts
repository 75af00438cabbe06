import path from 'node:path';
import { Logger } from '@nestjs/common';
import { PipelineRegistry } from '#engine/pipeline/registry.js';
import { PIPELINES } from '#engine/pipelines/index.js';
import { PROJECT_ROOT } from '#engine/version.js';
import type { AppConfig } from '../config/app-config.js';
import { configDirectory, readEnvironment } from '../config/environment.js';
import { loadConfig } from '../config/load-config.js';
import { FieldException } from '../common/field-exception.js';
import { meanAbsoluteError } from '../history/projection.js';
import { LibrariesService } from '../libraries/libraries.service.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { AppLogger } from '../logs/app-logger.js';
import { EventBus } from '../realtime/event-bus.js';
import { ScannerService } from '../scanner/scanner.service.js';
import { startServer, type RunningServer } from '../start-server.js';
import {
  EXPLAIN_USAGE,
  parseCommand,
  USAGE,
  UsageError,
  type CliArguments,
  type CliCommand,
} from './arguments.js';
import { dryRun } from './dry-run.js';
import { explain } from './explain.js';
import { OnceRun } from './once.js';
import { progressView } from './progress-view.js';
import { projectionLine, resultTable } from './result-table.js';

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

async function serve(args: CliArguments, config: AppConfig, end: AbortSignal): Promise<number> {
  const logger = new AppLogger({
    logsFolder: config.logsFolder,
    level: config.logLevel,
    consoleLevel: args.once ? 'warn' : config.logLevel,
  });
  Logger.overrideLogger(logger);
  const server = await startServer({
    config,
    pipelines: new PipelineRegistry(PIPELINES),
    logger,
    builtInNode: true,
    anyPort: args.once,
  });
  try {
    if (!args.once) {
      out(`Boilarr is at http://localhost:${server.port}${config.urlBase}/`);
      out(`The API key to sign in with is in ${path.join(config.directory, 'config.yaml')}`);
    }
    const libraries = await openLibraries(args, server);
    if (args.once) return await runOnce(server, libraries, end);
    for (const library of libraries) server.application.get(ScannerService).start(library.id);
    await untilAborted(end);
    logger.log('stops: what runs is given back to the queue', 'Boilarr');
    return 0;
  } finally {
    await server.stop();
  }
}

/** The libraries named on the command line, added where they are new; for `--once` without any: all. */
async function openLibraries(args: CliArguments, server: RunningServer): Promise<LibraryEntity[]> {
  const service = server.application.get(LibrariesService);
  if (args.libraries.length === 0) return args.once ? service.enabled() : [];
  const opened: LibraryEntity[] = [];
  for (const folder of args.libraries) {
    const absolute = path.resolve(folder);
    const known = await service.findByPath(absolute);
    if (known !== null) {
      opened.push(known);
      continue;
    }
    const added = await service.add({
      path: absolute,
      ...(args.profile === undefined ? {} : { profile: args.profile }),
      ...(args.minimumAgeSeconds === undefined ? {} : { minimumAgeSeconds: args.minimumAgeSeconds }),
    });
    opened.push(await service.row(added.id));
  }
  return opened;
}

async function runOnce(
  server: RunningServer,
  libraries: readonly LibraryEntity[],
  end: AbortSignal,
): Promise<number> {
  const view = progressView(server.application.get(EventBus), process.stdout);
  try {
    const result = await new OnceRun(server.application, libraries, view).run(end);
    view.stop();
    if (result.rows.length > 0) out(resultTable(result.rows));
    if (result.untouched > 0) out(`${result.untouched} files were decided before and have not changed since`);
    const error = meanAbsoluteError(result.projections);
    if (error !== null) out(projectionLine(error, result.projections.count));
    if (result.rows.length === 0 && result.untouched === 0) out('no media files found');
    return result.failed > 0 ? 1 : 0;
  } finally {
    view.stop();
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
