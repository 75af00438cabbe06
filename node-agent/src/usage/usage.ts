import type { NodeUsage } from '#contracts';

/** How busy this machine is, as it was last looked at; asking costs nothing. */
export interface Usage {
  /** @returns null until there is something to compare with */
  latest(): NodeUsage | null;
}

/** How fast files travel between this node and the server, both ways together. */
export interface RateMeter {
  /** bytes a second */
  rate(): number;
}
