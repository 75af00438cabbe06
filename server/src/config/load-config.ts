import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { AppConfig, REDIS_PORT, SHUTDOWN_MODES } from './app-config.js';
import type { Environment } from './environment.js';

const MINUTE = 60_000;
const DEFAULT_RETRY_DELAYS_MS = [MINUTE, 10 * MINUTE];

const configFile = z.strictObject({
  apiKey: z.string().min(16, 'must have at least 16 characters').optional(),
  port: z.number().int().min(1).max(65_535).optional(),
  urlBase: z.string().optional(),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']).optional(),
  redisUrl: z.url({ protocol: /^rediss?$/ }).optional(),
  nodesRedisUrl: z.url({ protocol: /^rediss?$/ }).optional(),
  redisPort: z.number().int().min(1).max(65_535).optional(),
  remoteNodes: z.boolean().optional(),
  shutdown: z.enum(SHUTDOWN_MODES).optional(),
  builtInNode: z.boolean().optional(),
});
type ConfigFile = z.infer<typeof configFile>;

/** `boilarr/` and `/boilarr` both mean `/boilarr`; nothing and `/` mean the root. */
export function normaliseUrlBase(text: string): string {
  const trimmed = text.trim().replaceAll(/^\/+|\/+$/g, '');
  if (trimmed === '') return '';
  if (!/^[A-Za-z0-9._~/-]+$/.test(trimmed)) throw new Error(`the URL base ${JSON.stringify(text)} is not a path`);
  return `/${trimmed}`;
}

async function readConfigFile(file: string): Promise<ConfigFile | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const document = parseDocument(text);
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) throw new Error(`${file}: ${syntaxError.message}`);
  const result = configFile.safeParse(document.toJS() ?? {});
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
    throw new Error(`${file} is wrong: ${problems.join('; ')}`);
  }
  return result.data;
}

/** Written beside and renamed, so that a crash leaves the old file or the new one; readable by its owner alone. */
async function writeConfigFile(file: string, values: ConfigFile): Promise<void> {
  const text = `# Boilarr's configuration. Environment variables (BOILARR_...) override it.\n${stringify(values)}`;
  const temporary = `${file}.new`;
  await writeFile(temporary, text, { mode: 0o600 });
  await chmod(temporary, 0o600);
  await rename(temporary, file);
}

/**
 * Reads `config.yaml`, makes it with a fresh API key at the first start, and lets the environment override it.
 * @throws Error naming the file and the field that is wrong
 */
export async function loadConfig(
  directory: string,
  environment: Environment,
  retryDelaysMs: readonly number[] = DEFAULT_RETRY_DELAYS_MS,
): Promise<AppConfig> {
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, 'config.yaml');
  let values = await readConfigFile(file);
  if (values === null || (values.apiKey === undefined && environment.BOILARR_API_KEY === undefined)) {
    values = { apiKey: randomBytes(24).toString('hex'), ...values };
    await writeConfigFile(file, values);
  }
  const apiKey = environment.BOILARR_API_KEY ?? values.apiKey;
  if (apiKey === undefined) throw new Error(`${file} has no apiKey`);
  return new AppConfig({
    directory,
    port: environment.BOILARR_PORT ?? values.port ?? 2645,
    urlBase: normaliseUrlBase(environment.BOILARR_URL_BASE ?? values.urlBase ?? ''),
    apiKey,
    logLevel: environment.BOILARR_LOG_LEVEL ?? values.logLevel ?? 'info',
    redisUrl: environment.BOILARR_REDIS_URL ?? values.redisUrl ?? null,
    nodesRedisUrl: environment.BOILARR_NODES_REDIS_URL ?? values.nodesRedisUrl ?? null,
    redisPort: environment.BOILARR_REDIS_PORT ?? values.redisPort ?? REDIS_PORT,
    remoteNodes: environment.BOILARR_REMOTE_NODES ?? values.remoteNodes ?? null,
    builtInNode: environment.BOILARR_BUILT_IN_NODE ?? values.builtInNode ?? true,
    shutdown: environment.BOILARR_SHUTDOWN ?? values.shutdown ?? 'giveBack',
    retryDelaysMs,
  });
}
