import path from 'node:path';

export const SHUTDOWN_MODES = ['giveBack', 'finish'] as const;
export type ShutdownMode = (typeof SHUTDOWN_MODES)[number];

/** Beside the server's own port. */
export const REDIS_PORT = 2646;

export interface AppConfigValues {
  /** absolute path of the configuration folder */
  directory: string;
  port: number;
  /** '' or `/boilarr`: with a leading slash, without a trailing one */
  urlBase: string;
  /** secret */
  apiKey: string;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /** an outside Redis; null: the server runs its own. May hold a secret. */
  redisUrl: string | null;
  /** whether this machine works too, by a node that the server runs itself */
  builtInNode: boolean;
  /** an outside Redis as nodes on other machines reach it; null: under the same address. May hold a secret. */
  nodesRedisUrl?: string | null;
  /** where nodes on other machines reach the server's own Redis; default: `REDIS_PORT` */
  redisPort?: number;
  /** decides over the setting of this name; null: the setting does */
  remoteNodes?: boolean | null;
  /** what becomes of running encodes when the server is told to end; default: they are given back */
  shutdown?: ShutdownMode;
  /** ms between attempts of a job, by the number of those that failed; the last one repeats */
  retryDelaysMs: readonly number[];
}

/** What the program was configured with, and where in the configuration folder things lie. */
export class AppConfig implements AppConfigValues {
  readonly directory: string;
  readonly port: number;
  readonly urlBase: string;
  readonly apiKey: string;
  readonly logLevel: AppConfigValues['logLevel'];
  readonly redisUrl: string | null;
  readonly builtInNode: boolean;
  readonly nodesRedisUrl: string | null;
  readonly redisPort: number;
  readonly remoteNodes: boolean | null;
  readonly shutdown: ShutdownMode;
  readonly retryDelaysMs: readonly number[];

  constructor(values: AppConfigValues) {
    this.directory = values.directory;
    this.port = values.port;
    this.urlBase = values.urlBase;
    this.apiKey = values.apiKey;
    this.logLevel = values.logLevel;
    this.redisUrl = values.redisUrl;
    this.builtInNode = values.builtInNode;
    this.nodesRedisUrl = values.nodesRedisUrl ?? null;
    this.redisPort = values.redisPort ?? REDIS_PORT;
    this.remoteNodes = values.remoteNodes ?? null;
    this.shutdown = values.shutdown ?? 'giveBack';
    this.retryDelaysMs = values.retryDelaysMs;
  }

  get databasePath(): string {
    return path.join(this.directory, 'boilarr.db');
  }
  get profilesFolder(): string {
    return path.join(this.directory, 'profiles');
  }
  get backupsFolder(): string {
    return path.join(this.directory, 'backups');
  }
  get logsFolder(): string {
    return path.join(this.directory, 'logs');
  }
  get jobLogsFolder(): string {
    return path.join(this.directory, 'logs', 'jobs');
  }
  get redisFolder(): string {
    return path.join(this.directory, 'redis');
  }
  /** where the built-in node works, and where what nodes deliver is staged */
  get workFolder(): string {
    return path.join(this.directory, 'work');
  }
}
