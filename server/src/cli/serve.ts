import path from 'node:path';
import { Logger } from '@nestjs/common';
import { PipelineRegistry } from '#engine/pipeline/registry.js';
import { PIPELINES } from '#engine/pipelines/index.js';
import type { AppConfig } from '../config/app-config.js';
import { meanAbsoluteError } from '../history/projection.js';
import { LibrariesService } from '../libraries/libraries.service.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { AppLogger } from '../logs/app-logger.js';
import { EventBus } from '../realtime/event-bus.js';
import { ScannerService } from '../scanner/scanner.service.js';
import { startServer, type RunningServer } from '../start-server.js';
import type { CliArguments } from './arguments.js';
import type { EndSignals } from './end-signals.js';
import { OnceRun } from './once.js';
import { progressView } from './progress-view.js';
import { projectionLine, putOffLine, resultTable, reviewLine } from './result-table.js';

/** ms after which the end is no longer waited for; service managers kill after 10 s or more. */
const STOP_WITHIN_MS = 9500;

const out = (text: string) => process.stdout.write(`${text}\n`);

/**
 * Runs the server until it is told to end, or with `once` until nothing is left to do.
 * @returns the exit code
 */
export async function serve(args: CliArguments, config: AppConfig, ending: EndSignals): Promise<number> {
  const end = ending.signal;
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
    builtInNode: config.builtInNode,
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
    if (config.shutdown === 'finish') {
      logger.log('stops when what runs is done; a second signal gives it back to the queue', 'Boilarr');
      await server.finish(ending.hurry());
    } else {
      logger.log('stops: what runs is given back to the queue', 'Boilarr');
    }
    return 0;
  } finally {
    await stopInTime(server, logger, end);
  }
}

/**
 * Whatever hangs (a copy to a dead share, a Redis that is gone), the server is gone in time, with all that it has started: each state
 * that it can leave is one that the next start can go on from.
 */
async function stopInTime(server: RunningServer, logger: AppLogger, end: AbortSignal): Promise<void> {
  const timer = setTimeout(() => {
    logger.error(
      `stopping took ${STOP_WITHIN_MS / 1000} s and was cut short: ${server.abandon()}. ` +
        'Nothing is lost: the next start finishes or undoes it.',
      'Boilarr',
    );
    process.exit(end.aborted ? 0 : 1);
  }, STOP_WITHIN_MS);
  await server.stop();
  clearTimeout(timer);
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
    if (result.rows.length === 0 && result.untouched === 0 && result.inReview + result.putOff === 0)
      out('no media files found');
    if (result.inReview > 0) out(reviewLine(result.inReview));
    if (result.putOff > 0) out(putOffLine(result.putOff));
    return result.failed > 0 || result.putOff > 0 ? 1 : 0;
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
