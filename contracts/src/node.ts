import { z } from 'zod';
import { timestamp as isoTimestamp } from './common.js';
import { lane } from './job.js';

/** What a node's tools can do, asked of the tools themselves when the node starts. */
export const capabilities = z.object({
  tools: z.record(z.string(), z.object({ path: z.string(), version: z.string() })),
  /** ffmpeg's encoders that this build lists */
  encoders: z.array(z.string()),
  decoders: z.array(z.string()),
  filters: z.array(z.string()),
  /** hardware encoders that have really encoded a frame here */
  hardwareEncoders: z.array(z.string()),
  /** SVT-AV1's version, which decides on the parameters it knows; null when it could not be told */
  svtAv1Version: z.string().nullable(),
  cores: z.number().int().positive(),
  memoryBytes: z.number().int().nonnegative(),
  platform: z.string(),
});
export type Capabilities = z.infer<typeof capabilities>;

export const nodeState = z.enum(['online', 'offline']);

export const nodeSettings = z.object({
  name: z.string().trim().min(1).max(60),
  enabled: z.boolean(),
  cpuSlots: z.number().int().min(0).max(64),
  gpuSlots: z.number().int().min(0).max(64),
  lanes: z.array(lane),
});

export const nodeResource = nodeSettings.extend({
  id: z.number().int(),
  builtIn: z.boolean(),
  state: nodeState,
  version: z.string().nullable(),
  capabilities: capabilities.nullable(),
  lastSeenAt: isoTimestamp.nullable(),
  activeJobs: z.number().int(),
});
export type NodeResource = z.infer<typeof nodeResource>;

export const updateNode = nodeSettings.partial().strict();
export type UpdateNode = z.infer<typeof updateNode>;
