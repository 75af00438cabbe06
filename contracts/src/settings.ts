import { z } from 'zod';
import { bytes } from './common.js';

/** What holds for all nodes together: `GET` and `PUT /settings/nodes`. */
export const nodesSettings = z.object({
  /** nodes on other machines may join; the built-in Redis then listens beyond this machine */
  remoteNodes: z.boolean(),
  /** bytes from which a file's job goes to a -large lane; 0: none does */
  largeFrom: bytes,
  /**
   * minutes after which a job is taken from a node that is there, but of whose work nothing is heard: no step's end, no progress that
   * moves; 0: never
   */
  staleAfterMinutes: z.number().min(0).max(100_000),
});
export type NodesSettings = z.infer<typeof nodesSettings>;

export const NODES_SETTINGS_DEFAULTS: NodesSettings = {
  remoteNodes: false,
  largeFrom: 20 * 1024 ** 3,
  staleAfterMinutes: 120,
};

export const updateNodesSettings = nodesSettings.partial().strict();
export type UpdateNodesSettings = z.infer<typeof updateNodesSettings>;

/** What a person sees: also what the environment or the configuration file decides over the stored setting. */
export const nodesSettingsResource = nodesSettings.extend({
  /** fields that cannot be changed here, because the environment or `config.yaml` sets them */
  fixed: z.array(z.string()),
  redis: z.object({
    /** run by the server itself, or somebody else's */
    builtIn: z.boolean(),
    /** host and port, no credential */
    address: z.string(),
    /** whether each node has a user of its own; false: all share one credential */
    separateUsers: z.boolean(),
  }),
});
export type NodesSettingsResource = z.infer<typeof nodesSettingsResource>;
