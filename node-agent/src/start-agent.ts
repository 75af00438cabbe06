import { mkdir } from 'node:fs/promises';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import { findCapabilities } from '#engine/tools/capabilities.js';
import { AgentModule } from './agent.module.js';
import type { AgentOptions } from './agent-options.js';
import { register } from './registration/register.js';
import { ServerClient } from './registration/server-client.js';
import { ToolLedger } from './tools/tool-ledger.js';
import { NodeTransfer } from './transfer/node-transfer.js';
import { ReachCheck } from './transfer/reach-check.js';
import { serverWorkFolder } from './transfer/server-work-folder.js';

/**
 * Registers at the server and starts to work.
 * @throws ServerRefusal when the server will not have this node
 */
export async function startAgent(
  options: AgentOptions,
  pipelines: PipelineRegistry,
  version: string,
  signal: AbortSignal,
  onRefused: () => void,
): Promise<INestApplicationContext> {
  const logger = new Logger('Agent');
  await mkdir(options.workFolder, { recursive: true });
  const ledger = new ToolLedger(options.workFolder);
  // Before the server counts this node's jobs as free: nothing of the last agent may still be working on one.
  const survivors = await ledger.endSurvivors();
  if (survivors.length > 0)
    logger.warn(`ended ${survivors.length} tools that an earlier agent had left behind`);
  const capabilities = await findCapabilities();
  const client = new ServerClient(options.serverUrl, options.token);
  const registration = await register(client, {
    version,
    capabilities,
    workFolder: options.workFolder,
    signal,
    onRetry: (error) => {
      logger.warn(`waits for the server: ${error.message}`);
    },
  });
  const reach: ReachCheck = new ReachCheck(client, () => transfer.pathMappings);
  const transfer: NodeTransfer = new NodeTransfer({
    client,
    settings: registration.settings,
    workFolder: options.workFolder,
    serverWorkFolder: await serverWorkFolder(options.workFolder, registration.workProbe),
    reaches: (serverPath) => reach.reaches(serverPath),
  });
  const application = await NestFactory.createApplicationContext(
    AgentModule.register({
      client,
      serverUrl: options.serverUrl,
      registration,
      capabilities,
      pipelines,
      transfer,
      reach,
      workFolder: options.workFolder,
      ledger,
      onRefused,
    }),
    { logger: ['error', 'warn'] },
  );
  logger.log(`works as node ${registration.nodeId}, ${registration.settings.cpuSlots} CPU slots`);
  return application;
}
