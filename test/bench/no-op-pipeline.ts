import { z } from 'zod';
import type { Pipeline } from '#engine/pipeline/step.js';

/** One step in a slot that does nothing: what is left is what Boilarr itself takes for a job. */
export const noOp: Pipeline = {
  name: 'bench-no-op',
  ending: 'none',
  params: z.record(z.string(), z.unknown()),
  steps: [
    {
      name: 'nothing',
      slot: true,
      adds: z.record(z.string(), z.unknown()),
      run: () => Promise.resolve({ kind: 'done', fields: {} }),
    },
  ],
  delivery: () => ({ outputs: [], result: {} }),
};
