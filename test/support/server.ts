import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.js';
import { MAIN } from './program.js';
import { until } from './until.js';

export const API_KEY = '0123456789abcdef0123456789abcdef';

export interface StartedServer {
  url: string;
  pid: number;
  /** ends it as a service manager would; resolves to its exit code */
  stop(): Promise<number | undefined>;
  kill(signal: NodeJS.Signals): Promise<void>;
  output(): string;
  api<T>(method: string, route: string, body?: unknown): Promise<T>;
}

/** A server as users run it, in a process of its own, ended with the test. */
export async function startServer(
  configDirectory: string,
  args: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<StartedServer> {
  const port = Number(environment['BOILARR_PORT'] ?? (await freePort()));
  const urlBase = environment['BOILARR_URL_BASE'] ?? '';
  const child = execa(process.execPath, ['--enable-source-maps', MAIN, ...args], {
    reject: false,
    all: true,
    stdin: 'ignore',
    env: {
      BOILARR_CONFIG_DIR: configDirectory,
      BOILARR_PORT: String(port),
      BOILARR_API_KEY: API_KEY,
      ...environment,
    },
  });
  let output = '';
  child.all.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const ended = child.then((result) => result.exitCode);
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  onTestFinished(async () => {
    await stop();
  }, 90_000);
  const url = `http://127.0.0.1:${port}${urlBase}`;
  await Promise.race([
    until('the server', () => output.includes('Boilarr is at '), {
      ...{ timeoutMs: 90_000, seen: () => output.slice(-2000) },
    }),
    ended.then((code) => Promise.reject(new Error(`the server ended with ${code}: ${output.slice(-2000)}`))),
  ]);
  return {
    url,
    pid: child.pid ?? 0,
    stop,
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
    output: () => output,
    api: async <T>(method: string, route: string, body?: unknown): Promise<T> => {
      const response = await fetch(`${url}/api/v1/${route}`, {
        method,
        headers: { 'X-Api-Key': API_KEY, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
      return (text === '' ? null : JSON.parse(text)) as T;
    },
  };
}
