import type { Capabilities, RegisterResponse } from '#contracts';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import type { RedisLinks } from './registration/redis-links.js';
import type { ServerClient, ServerRefusal } from './registration/server-client.js';
import type { WorkLock } from './registration/work-lock.js';
import type { Scratch } from './scratch/scratch.js';
import type { ToolLedger } from './tools/tool-ledger.js';
import type { NodeTransfer } from './transfer/node-transfer.js';
import type { ReachCheck } from './transfer/reach-check.js';
import type { UsageSampler } from './usage/usage-sampler.js';

/** What a registered node knows of itself and its server. */
export interface AgentSession {
  client: ServerClient;
  registration: RegisterResponse;
  /** ended with the session */
  redis: RedisLinks;
  capabilities: Capabilities;
  pipelines: PipelineRegistry;
  transfer: NodeTransfer;
  reach: ReachCheck;
  workFolder: string;
  /** null: nobody has given it any, or it cannot be used */
  scratch: Scratch | null;
  /** runs from the session's start to its end */
  usage: UsageSampler;
  ledger: ToolLedger;
  /** let go when the session has ended */
  workLock: WorkLock;
  /** the server has removed this node, or speaks another protocol by now */
  onRefused: (refusal: ServerRefusal) => void;
}

export const SESSION = Symbol('SESSION');
