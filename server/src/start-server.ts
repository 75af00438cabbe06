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
import { EmbeddedRedis } from './dispatch/embedded-redis.js';
import { BuiltInNodeService } from './nodes/built-in-node.service.js';
import { AuthenticatedSocketAdapter } from './realtime/socket.adapter.js';
import { lockInstance } from './system/instance-lock.js';
import { OpenApiHolder } from './system/open-api.controller.js';

export interface RunningServer {
  application: NestExpressApplication;
  /** where a browser on this machine finds it, with the URL base */
  url: string;
  port: number;
  stop(): Promise<void>;
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
  const undo: (() => Promise<void> | void)[] = [];
  const unwind = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    undo.push(await lockInstance(config.directory));
    const { dataSource, backup } = await openDatabase(config.databasePath, config.backupsFolder);
    undo.push(async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
    });
    if (backup !== null)
      logger.log(`the database was backed up to ${backup} before it was migrated`, 'Database');

    let { redisUrl } = config;
    if (redisUrl === null) {
      const redis = await EmbeddedRedis.start(config.redisFolder);
      undo.push(() => redis.stop());
      redisUrl = redis.url;
    }
    const application = await NestFactory.create<NestExpressApplication>(
      AppModule.register({
        config,
        dataSource,
        redisUrl,
        pipelines: options.pipelines,
      }),
      { logger, bodyParser: false, abortOnError: false },
    );
    undo.push(() => application.close());
    await configure(application, config);
    const port = await listen(application, config.port, options.anyPort === true);
    const url = `http://127.0.0.1:${port}${config.urlBase}`;

    if (options.builtInNode) {
      const node = application.get(BuiltInNodeService);
      undo.push(() => node.stop());
      await node.start(url);
    }
    let stopping: Promise<void> | null = null;
    return { application, url, port, stop: () => (stopping ??= unwind()) };
  } catch (error) {
    await unwind();
    throw explain(error, config);
  }
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
