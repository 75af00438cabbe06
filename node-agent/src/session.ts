import type { Capabilities, NodeUsage, RegisterResponse } from '#contracts';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import type { ServerClient } from './registration/server-client.js';
import type { ToolLedger } from './tools/tool-ledger.js';
import type { NodeTransfer } from './transfer/node-transfer.js';
import type { ReachCheck } from './transfer/reach-check.js';

/** What a registered node knows of itself and its server. */
export interface AgentSession {
  client: ServerClient;
  /** as this node reaches it, with the URL base */
  serverUrl: string;
  registration: RegisterResponse;
  capabilities: Capabilities;
  pipelines: PipelineRegistry;
  transfer: NodeTransfer;
  reach: ReachCheck;
  workFolder: string;
  /** how busy the machine is, as it was last looked at; null: not known yet */
  usage?: () => NodeUsage | null;
  ledger: ToolLedger;
  /** the server has removed this node */
  onRefused: () => void;
}

export const SESSION = Symbol('SESSION');
