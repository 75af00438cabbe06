import { mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LoggerService } from '@nestjs/common';
import pino from 'pino';
import pretty from 'pino-pretty';

/** A log file above this is set aside at start; one old file is kept. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;

function setAsideIfLarge(file: string): void {
  try {
    if (statSync(file).size > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
  } catch {
    // No log yet.
  }
}

/** What the framework says of its own start: hundreds of lines that nobody needs unless something is wrong. */
const FRAMEWORK = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'WebSocketsController',
]);

/** Nest's logger over pino: JSON lines into the log file, readable lines for who looks at the terminal. */
export class AppLogger implements LoggerService {
  private readonly pino: pino.Logger;

  /** @param consoleLevel what the terminal shows; the file has all from `level` on */
  constructor(options: { logsFolder: string; level: pino.Level; consoleLevel: pino.Level }) {
    mkdirSync(options.logsFolder, { recursive: true });
    const file = path.join(options.logsFolder, 'boilarr.log');
    setAsideIfLarge(file);
    this.pino = pino(
      {
        level: options.level,
        base: null,
        redact: ['apiKey', 'token', 'redisUrl', 'password', '*.apiKey', '*.token'],
      },
      pino.multistream([
        { level: options.level, stream: pino.destination({ dest: file, sync: true }) },
        {
          level: options.consoleLevel,
          stream: pretty({
            sync: true,
            destination: 2,
            ignore: 'context',
            translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
            messageFormat: '{context}: {msg}',
            singleLine: true,
          }),
        },
      ]),
    );
  }

  log(message: unknown, context?: string): void {
    this.write(context !== undefined && FRAMEWORK.has(context) ? 'debug' : 'info', message, context);
  }
  error(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    this.write('error', message, typeof context === 'string' ? context : undefined);
  }
  warn(message: unknown, context?: string): void {
    this.write('warn', message, context);
  }
  debug(message: unknown, context?: string): void {
    this.write('debug', message, context);
  }
  verbose(message: unknown, context?: string): void {
    this.write('trace', message, context);
  }

  private write(level: pino.Level, message: unknown, context: string | undefined): void {
    const fields = { context: context ?? 'Boilarr' };
    if (message instanceof Error) this.pino[level](fields, message.stack ?? message.message);
    else if (typeof message === 'object' && message !== null) this.pino[level]({ ...message, ...fields });
    else this.pino[level](fields, String(message));
  }
}
