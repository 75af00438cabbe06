import { mkdir } from 'node:fs/promises';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { PathMapping } from '#contracts';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import { redisAccess } from '#contracts';
import { findCapabilities } from '#engine/tools/capabilities.js';
import { AgentModule } from './agent.module.js';
import type { Health } from './health/health.js';
import { admit } from './registration/admission.js';
import { atMostEvery } from './registration/at-most-every.js';
import { missingTools } from './registration/missing-tools.js';
import type { JoinOptions } from './registration/join.js';
import { summaryOf } from './registration/capabilities-summary.js';
import { jobRoots } from './registration/work-folders.js';
import { RedisLinks } from './registration/redis-links.js';
import type { ServerRefusal } from './registration/server-client.js';
import { WorkLock } from './registration/work-lock.js';
import { Scratch } from './scratch/scratch.js';
import type { AgentSession } from './session.js';
import { ToolLedger } from './tools/tool-ledger.js';
import { NodeTransfer } from './transfer/node-transfer.js';
import { ReachCheck } from './transfer/reach-check.js';
import { serverWorkFolder } from './transfer/server-work-folder.js';
import { UsageSampler } from './usage/usage-sampler.js';

export interface StartOptions extends Omit<JoinOptions, 'version'> {
  /** absolute */
  workFolder: string;
  /** absolute; where small jobs may keep what they need on the way; null or none: in the work folder */
  scratchFolder?: string | null;
  pathMappings?: PathMapping[];
  health?: Health;
}

/**
 * Joins and registers at the server, and starts to work.
 * @param onRefused told when the server will not have this node any longer
 * @throws AgentEnd when the server will not have it now, or another agent works in its work folder
 */
export async function startAgent(
  options: StartOptions,
  pipelines: PipelineRegistry,
  version: string,
  signal: AbortSignal,
  onRefused: (refusal: ServerRefusal) => void,
): Promise<INestApplicationContext> {
  const { workFolder, health } = options;
  const logger = new Logger('Agent');
  await mkdir(workFolder, { recursive: true });
  // Before all else: the tools that run here may be those of an agent that is at work.
  const workLock = await WorkLock.take(workFolder, {
    signal,
    onWait: (problem) => {
      health?.heard(problem);
      logger.warn(problem);
    },
    onUnlockable: (problem) => {
      logger.warn(`${problem}. Make sure that no other agent is given this work folder`);
    },
  });
  try {
    return await startLocked(options, workLock, pipelines, version, signal, onRefused);
  } catch (error) {
    workLock.release();
    throw error;
  }
}

async function startLocked(
  options: StartOptions,
  workLock: WorkLock,
  pipelines: PipelineRegistry,
  version: string,
  signal: AbortSignal,
  onRefused: (refusal: ServerRefusal) => void,
): Promise<INestApplicationContext> {
  const logger = new Logger('Agent');
  const ledger = new ToolLedger(options.workFolder);
  // Before the server counts this node's jobs as free: nothing of the last agent may still be working on one.
  const survivors = await ledger.endSurvivors();
  if (survivors.length > 0)
    logger.warn(`ended ${survivors.length} tools that an earlier agent had left behind`);
  const capabilities = await findCapabilities();
  logger.log(`has ${summaryOf(capabilities)}`);
  for (const sentence of missingTools(capabilities)) logger.log(sentence);
  const { serverUrl, token, name, workFolder, pathMappings = [], health } = options;
  const scratch = await openScratch(options.scratchFolder ?? null, workFolder, logger);
  const complain = atMostEvery(60_000, (error: Error) => {
    logger.warn(`waits for the server: ${error.message}`);
  });
  const { client, registration } = await admit({
    ...{ serverUrl, token, name, version, workFolder, capabilities, pathMappings },
    jobRoots: jobRoots({ workFolder, scratch }),
    onContact: (problem) => health?.heard(problem),
    waiting: {
      signal,
      onRetry: (error) => {
        health?.heard(error.message);
        complain(error);
      },
    },
  });
  const redis = new RedisLinks(registration.redis, serverUrl, async () => {
    const access = await client.post('redis-access', {}, redisAccess);
    if (access === null) throw new Error('the server has answered with nothing');
    return access;
  });
  health?.watch(() => redis.problem);
  const reach: ReachCheck = new ReachCheck(client, () => transfer.pathMappings);
  const transfer: NodeTransfer = new NodeTransfer({
    client,
    settings: registration.settings,
    workFolder: options.workFolder,
    serverWorkFolder: await serverWorkFolder(options.workFolder, registration.workProbe),
    reaches: (serverPath) => reach.reaches(serverPath),
  });
  const session: AgentSession = {
    ...{
      client,
      registration,
      redis,
      capabilities,
      pipelines,
      transfer,
      reach,
      workFolder,
      scratch,
      ledger,
      workLock,
      onRefused,
    },
    usage: new UsageSampler({
      ...{ workFolder, meter: transfer },
      tools: () => ledger.pids,
      gpus: () => session.capabilities.gpus,
    }),
  };
  const application = await NestFactory.createApplicationContext(AgentModule.register(session), {
    logger: ['error', 'warn'],
  });
  return application;
}

/** A node whose scratch folder cannot be used works all the same: more slowly, and its log says why. */
async function openScratch(
  folder: string | null,
  workFolder: string,
  logger: Logger,
): Promise<Scratch | null> {
  if (folder === null) return null;
  try {
    return await Scratch.open(folder, workFolder);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    logger.warn(`the scratch folder ${folder} is not used, and all goes into the work folder: ${why}`);
    return null;
  }
}
