import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { PipelineRegistry } from '#engine/pipeline/registry.js';
import { PIPELINES } from '#engine/pipelines/index.js';
import { SHUTDOWN_MS } from './agent.js';
import { readAgentOptions } from './agent-options.js';
import { startAgent } from './start-agent.js';
import { VERSION } from '#engine/version.js';

const logger = new Logger('Agent');
const stopping = new AbortController();

async function main(): Promise<void> {
  const options = readAgentOptions(process.env);
  // Nothing that this process starts needs the token.
  delete process.env['BOILARR_NODE_TOKEN'];
  let stop: () => void = () => {
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stop();
    });
  }
  const application = await startAgent(
    options,
    new PipelineRegistry(PIPELINES),
    VERSION,
    stopping.signal,
    () => {
      stop();
    },
  );
  let closing: Promise<void> | null = null;
  stop = () => {
    if (closing !== null) return;
    // Bull waits for a Redis that may be gone for good.
    setTimeout(() => process.exit(0), SHUTDOWN_MS + 500).unref();
    closing = application.close().then(() => process.exit(0));
  };
  if (stopping.signal.aborted) stop();
}

main().catch((error: unknown) => {
  if (stopping.signal.aborted) process.exit(0);
  logger.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
