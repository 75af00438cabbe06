import { z } from 'zod';
import { deliverRequest } from '#contracts';
import { defineStep, done } from '../../pipeline/step.js';
import { handOver } from '../film/hand-over.js';

/** Hands the film over to take the source's place, as every pipeline does that replaces one. */
export const moveFinal = defineStep({
  name: 'move_final',
  slot: false,
  readsInputs: false,
  adds: z.object({ delivery: deliverRequest }),
  run: async (context) => done(await handOver(context)),
});
