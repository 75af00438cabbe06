import path from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import type { HealthAnswer } from '../../node-agent/src/health/health.js';
import { MAIN } from '../support/program.js';
import { until } from '../support/until.js';

const AGENT = path.join(path.dirname(MAIN), '../../node-agent/src/main.js');

export interface AgentProcess {
  output(): string;
  /** resolves to its exit code once it has ended */
  ended: Promise<number | undefined>;
  stop(): Promise<number | undefined>;
  kill(): Promise<unknown>;
}

/** The agent as people start it, in a process of its own, ended with the test. */
export function startAgentProcess(
  args: readonly string[],
  environment: Record<string, string> = {},
): AgentProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('BOILARR_'));
  const child = execa(process.execPath, ['--enable-source-maps', AGENT, ...args], {
    ...{ reject: false, all: true, stdin: 'ignore', extendEnv: false },
    env: { ...Object.fromEntries(inherited), ...environment },
  });
  let output = '';
  child.all.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const ended = child.then((result) => result.exitCode);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    output: () => output,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** What it says of itself; null: nothing yet. */
async function ping(port: number): Promise<HealthAnswer | null> {
  return fetch(`http://127.0.0.1:${port}/ping`).then(
    (response) => response.json() as Promise<HealthAnswer>,
    () => null,
  );
}

/** Waits until an agent says something of itself that fits. */
export function untilPing(
  port: number,
  agent: AgentProcess,
  fits: (answer: HealthAnswer) => boolean,
): Promise<HealthAnswer> {
  let last: HealthAnswer | null = null;
  return until(
    'the agent to be as wanted',
    async () => {
      last = await ping(port);
      return last !== null && fits(last) ? last : null;
    },
    { timeoutMs: 60_000, seen: () => ({ last, said: agent.output().slice(-2000) }) },
  );
}
