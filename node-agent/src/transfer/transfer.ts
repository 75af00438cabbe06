import type { JobInput } from '#contracts';
import type { ResolvedInput } from '#engine/pipeline/step.js';

/** How a node reaches the sources of its jobs. What it makes stays in its work folder until the server fetches it. */
export interface Transfer {
  /** @returns where this node can read an input */
  resolve(input: JobInput): Promise<ResolvedInput>;
}

/** A node that sees the same paths as the server, and whose work folder the server sees. */
export class SharedPaths implements Transfer {
  resolve(input: JobInput): Promise<ResolvedInput> {
    return Promise.resolve({ ...input, localPath: input.path });
  }
}
