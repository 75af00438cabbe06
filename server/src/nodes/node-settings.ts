import { LANES, type NodeSettings } from '#contracts';
import type { NodeEntity } from './node.entity.js';

/** What a node starts with, until somebody changes it. */
const NODE_DEFAULTS: Omit<NodeSettings, 'name' | 'cpuSlots'> = {
  enabled: true,
  gpuSlots: 1,
  gpuDevices: {},
  lanes: [...LANES],
  threadsPerJob: 0,
  nice: 10,
  ioPriority: 'low',
  weight: 0,
  tags: [],
  pathMappings: [],
  transfer: 'fallback',
  copySources: false,
  parallelCopies: 2,
  transferLimit: 0,
  schedule: null,
  outsideSchedule: 'afterJob',
  pauseAboveCpu: 0,
};

/** The columns of a node that has just been made, besides its name, slots and token. */
export const NEW_NODE = {
  ...NODE_DEFAULTS,
  redisHash: null,
  paused: null,
  version: null,
  capabilities: null,
  reach: [],
  lastSeenAt: null,
};

/** Picks what can be set of a node out of its row. */
export function settingsOf(node: NodeEntity): NodeSettings {
  const { name, enabled, cpuSlots, gpuSlots, gpuDevices, lanes, threadsPerJob, nice, ioPriority } = node;
  const { weight, tags, pathMappings, transfer, copySources, parallelCopies, transferLimit } = node;
  const { schedule, outsideSchedule, pauseAboveCpu } = node;
  return {
    ...{ name, enabled, cpuSlots, gpuSlots, gpuDevices, lanes, threadsPerJob, nice, ioPriority },
    ...{ weight, tags, pathMappings, transfer, copySources, parallelCopies, transferLimit },
    ...{ schedule, outsideSchedule, pauseAboveCpu },
  };
}
