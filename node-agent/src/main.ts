#!/usr/bin/env node
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { VERSION } from '#engine/version.js';
import { AgentRunner } from './agent-runner.js';
import { readAgentOptions, type AgentOptions } from './agent-options.js';
import { Health, HealthPort } from './health/health.js';
import { HELP, readArguments } from './options/arguments.js';
import { VARIABLES } from './options/environment.js';
import { OptionsError } from './options/option-values.js';
import { AgentEnd, EXIT } from './registration/agent-end.js';

const logger = new Logger('Agent');

/** ms within which a second signal is the first one again. */
const SAME_SIGNAL_MS = 1000;

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args.help || args.version) {
    process.stdout.write(args.help ? HELP : `${VERSION}\n`);
    return;
  }
  const environment = { ...process.env };
  // Nothing that this process starts needs the token.
  delete process.env['BOILARR_NODE_TOKEN'];
  // NVIDIA's cards then have the same numbers everywhere; see the engine's gpus.
  process.env['CUDA_DEVICE_ORDER'] ??= 'PCI_BUS_ID';
  const read = (): AgentOptions => readAgentOptions(args, environment);
  const port = healthPort(read, environment);
  const health = port === null ? null : new Health();
  if (health !== null && port !== null) await HealthPort.open(health, port);
  const runner = new AgentRunner(read, health);
  listen((asked) => {
    runner.stop(asked);
  });
  await runner.run();
}

/** @throws OptionsError when the options are wrong, and nobody is there to be told that they are */
function healthPort(read: () => AgentOptions, environment: NodeJS.ProcessEnv): number | null {
  try {
    return read().healthPort;
  } catch (error) {
    const alone = readAgentOptions(
      { config: null, given: [] },
      { [VARIABLES.healthPort]: environment[VARIABLES.healthPort] },
    );
    if (alone.healthPort !== null) return alone.healthPort;
    throw error;
  }
}

/**
 * The first signal is a wish and the second an order; so is one that comes because the server has died that had started this process,
 * since there is nobody left to wait for.
 */
function listen(onSignal: (asked: 'wish' | 'order') => void): void {
  const parent = process.ppid;
  let firstAt: number | null = null;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const now = performance.now();
      const orphan = process.ppid !== parent;
      // npm passes on what the terminal has sent to both.
      if (firstAt !== null && now - firstAt < SAME_SIGNAL_MS && !orphan) return;
      onSignal(firstAt !== null || orphan ? 'order' : 'wish');
      firstAt ??= now;
    });
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof OptionsError) {
      for (const problem of error.problems) process.stderr.write(`boilarr-node: ${problem}\n`);
      process.exit(EXIT.wrongOptions);
    }
    logger.error(error instanceof Error ? error.message : String(error));
    process.exit(error instanceof AgentEnd ? error.exitCode : EXIT.failed);
  },
);
