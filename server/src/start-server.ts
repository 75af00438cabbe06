import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { LoggerService } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import cookieParser from 'cookie-parser';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import { ErrorFilter } from './common/error.filter.js';
import { openApiDocument } from './common/open-api.js';
import { answerPing } from './common/ping.js';
import { validationPipe } from './common/validation.js';
import { serveWebClient } from './common/web-client.js';
import type { AppConfig } from './config/app-config.js';
import { openDatabase } from './database/open-database.js';
import { DeliveryService } from './delivery/delivery.service.js';
import { DispatchService } from './dispatch/dispatch.service.js';
import { EmbeddedRedis } from './dispatch/embedded-redis.js';
import { RedisConnection } from './dispatch/redis-connection.js';
import { storedUsers } from './dispatch/redis-users.js';
import { BuiltInNodeService } from './nodes/built-in-node.service.js';
import { AuthenticatedSocketAdapter } from './realtime/socket.adapter.js';
import { lockInstance } from './system/instance-lock.js';
import { OpenApiHolder } from './system/open-api.controller.js';

export interface RunningServer {
  application: NestExpressApplication;
  /** where a browser on this machine finds it, with the URL base */
  url: string;
  port: number;
  /**
   * Hands out no more work, and waits until the own node has done what it has begun and the results are in their places.
   * Nothing is stopped by it.
   * @param hurry gives back what is not done by then
   */
  finish(hurry: AbortSignal): Promise<void>;
  stop(): Promise<void>;
  /** Ends all processes that the server has started, for one that has to end now. @returns what was not done yet */
  abandon(): string;
}

interface Started {
  /** for the log, when its end is cut short */
  what: string;
  stop: () => Promise<void> | void;
  kill?: () => void;
}

export interface ServerOptions {
  config: AppConfig;
  pipelines: PipelineRegistry;
  logger: LoggerService;
  /** start the node that the server runs itself; tests bring their own */
  builtInNode: boolean;
  /** take any free port when the configured one is in use: for a run that ends by itself */
  anyPort?: boolean;
}

/** JSON bodies of people are small; an agent's log and checkpoints are not. */
const MAX_BODY = '8mb';

/**
 * Starts everything in the order that nothing may see another half done: lock, database and its migrations,
 * Redis, recovery of what a crash left open (with the modules), the API, and last the node that works.
 * What was started is stopped again when a later part fails.
 * @throws Error with a message for a person
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, logger } = options;
  const undo: Started[] = [];
  const unwind = async () => {
    for (let last = undo.at(-1); last !== undefined; last = undo.at(-1)) {
      await last.stop();
      undo.pop();
    }
  };
  try {
    undo.push({ what: 'the lock', stop: await lockInstance(config.directory) });
    const { dataSource, backup } = await openDatabase(config.databasePath, config.backupsFolder);
    undo.push({
      what: 'the database',
      stop: async () => {
        if (dataSource.isInitialized) await dataSource.destroy();
      },
    });
    if (backup !== null)
      logger.log(`the database was backed up to ${backup} before it was migrated`, 'Database');

    let redisUrl = config.redisUrl;
    if (redisUrl === null) {
      const redis = await EmbeddedRedis.start(config.redisFolder, () => storedUsers(dataSource));
      undo.push({
        what: 'Redis',
        stop: () => redis.stop(),
        kill: () => {
          redis.kill();
        },
      });
      redisUrl = redis.url;
    }
    const builtIn = config.redisUrl === null;
    const redis = new RedisConnection(redisUrl, builtIn, builtIn ? null : config.nodesRedisUrl);
    const application = await NestFactory.create<NestExpressApplication>(
      AppModule.register({
        config,
        dataSource,
        redis,
        pipelines: options.pipelines,
      }),
      // A browser's open connection must not keep the server from ending.
      { logger, bodyParser: false, abortOnError: false, forceCloseConnections: true },
    );
    undo.push({ what: 'requests and replacements', stop: () => application.close() });
    await configure(application, config);
    const port = await listen(application, config.port, options.anyPort === true);
    const url = `http://127.0.0.1:${port}${config.urlBase}`;

    if (options.builtInNode) {
      const node = application.get(BuiltInNodeService);
      undo.push({
        what: 'the built-in node',
        stop: () => node.stop(),
        kill: () => {
          node.kill();
        },
      });
      await node.start(url);
    }
    let stopping: Promise<void> | null = null;
    return {
      application,
      url,
      port,
      finish: (hurry) => finish(application, hurry),
      stop: () => {
        // What the node gives back must not be handed to it again.
        application.get(DispatchService).hold();
        return (stopping ??= unwind());
      },
      abandon: () => {
        for (const { kill } of undo) kill?.();
        const jobs = application.get(DeliveryService).atWork;
        const waited = `it waited for ${undo.at(-1)?.what ?? 'nothing'}`;
        return jobs.length === 0
          ? waited
          : `${waited}; the results of jobs ${jobs.join(', ')} were being taken over`;
      },
    };
  } catch (error) {
    await unwind();
    throw explain(error, config);
  }
}

async function finish(application: NestExpressApplication, hurry: AbortSignal): Promise<void> {
  application.get(DispatchService).hold();
  await application.get(BuiltInNodeService).finish(hurry);
  const hurried = new Promise<void>((resolve) => {
    if (hurry.aborted) resolve();
    hurry.addEventListener('abort', () => {
      resolve();
    });
  });
  await Promise.race([application.get(DeliveryService).whenIdle(), hurried]);
}

/** @returns the port that it listens on */
async function listen(application: NestExpressApplication, port: number, anyPort: boolean): Promise<number> {
  try {
    await application.listen(port);
  } catch (error) {
    if (!anyPort || !(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    await application.listen(0);
  }
  return (application.getHttpServer().address() as AddressInfo).port;
}

async function configure(application: NestExpressApplication, config: AppConfig): Promise<void> {
  application.disable('x-powered-by');
  application.use(
    helmet({
      contentSecurityPolicy: {
        directives: {
          defaultSrc: ["'self'"],
          // Angular writes component styles into the page
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'", 'ws:', 'wss:'],
          // On a home network there is mostly no certificate to upgrade to.
          upgradeInsecureRequests: null,
        },
      },
      strictTransportSecurity: false,
      crossOriginOpenerPolicy: false,
      originAgentCluster: false,
    }),
  );
  application.use(cookieParser());
  application.useBodyParser('json', { limit: MAX_BODY });
  answerPing(application, config.urlBase);
  await serveWebClient(application, config.urlBase);
  const prefix = config.urlBase.slice(1);
  application.setGlobalPrefix(prefix === '' ? 'api/v1' : `${prefix}/api/v1`);
  application.useGlobalPipes(validationPipe());
  application.useGlobalFilters(new ErrorFilter());
  application.useWebSocketAdapter(new AuthenticatedSocketAdapter(application));
  await application.init();
  application.get(OpenApiHolder).document = openApiDocument(application);
}

function explain(error: unknown, config: AppConfig): unknown {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return new Error(`port ${config.port} is in use; end what uses it, or set BOILARR_PORT`, {
      cause: error,
    });
  }
  return error;
}
