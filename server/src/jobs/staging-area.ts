import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { DeliverRequest } from '#contracts';

/**
 * Makes sure that all files of a delivery lie in the folder that nodes stage in. The server moves what it is
 * pointed at and removes what is left of it; a node must not be able to point it at anything else.
 * @param root the staging folder, absolute
 * @throws Error naming the file that lies elsewhere, or that is not there
 */
export async function assertStaged(delivery: DeliverRequest, root: string): Promise<void> {
  const area = await realpath(root);
  for (const { name, stagedPath } of delivery.outputs) {
    const real = path.isAbsolute(stagedPath) ? await realpath(stagedPath) : stagedPath;
    if (!real.startsWith(area + path.sep)) {
      throw new Error(`the output ${name} does not lie in the staging folder; nothing was taken over`);
    }
  }
}
