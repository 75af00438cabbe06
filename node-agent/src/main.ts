import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { PipelineRegistry } from '#engine/pipeline/registry.js';
import { PIPELINES } from '#engine/pipelines/index.js';
import { Agent, SHUTDOWN_MS } from './agent.js';
import { readAgentOptions } from './agent-options.js';
import { startAgent } from './start-agent.js';
import { VERSION } from '#engine/version.js';

const logger = new Logger('Agent');
const stopping = new AbortController();

/** ms within which a second signal is the first one again. */
const SAME_SIGNAL_MS = 1000;

async function main(): Promise<void> {
  const options = readAgentOptions(process.env);
  // Nothing that this process starts needs the token.
  delete process.env['BOILARR_NODE_TOKEN'];
  let stop: (asked: 'wish' | 'order') => void = () => {
    stopping.abort();
  };
  listen((asked) => {
    stop(asked);
  });
  const application = await startAgent(
    options,
    new PipelineRegistry(PIPELINES),
    VERSION,
    stopping.signal,
    () => {
      stop('order');
    },
  );
  const agent = application.get(Agent);
  let ending: Promise<void> | null = null;
  stop = (asked) => {
    const patient = options.shutdown === 'finish' && asked === 'wish';
    if (!patient) agent.giveBack();
    ending ??= (async () => {
      if (patient) await agent.finish();
      // Bull waits for a Redis that may be gone for good.
      setTimeout(() => process.exit(0), SHUTDOWN_MS + 500).unref();
      await application.close();
      process.exit(0);
    })();
  };
  if (stopping.signal.aborted) stop('order');
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

main().catch((error: unknown) => {
  if (stopping.signal.aborted) process.exit(0);
  logger.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
