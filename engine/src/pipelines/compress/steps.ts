import { z } from 'zod';
import { deliverRequest } from '#contracts';
import { defineStep, done } from '../../pipeline/step.js';
import { checkSource } from '../film/check-source.js';
import { added } from '../film/fields.js';
import { isStillThere } from '../film/files.js';
import { handOver } from '../film/hand-over.js';
import { joinFilm } from '../film/join.js';
import { makePlan } from '../film/make-plan.js';
import { readSource } from '../film/read-source.js';
import { verifyFilm } from '../film/verify-film.js';

/** The steps of which compress only says when they are due; what they do, all pipelines that replace a film share. */

export const stage = defineStep({
  name: 'stage',
  slot: false,
  adds: added.stage,
  run: async (context) => done(await checkSource(context)),
});

export const probe = defineStep({
  name: 'probe',
  slot: false,
  adds: added.probe,
  run: async (context) => done(await readSource(context)),
});

export const plan = defineStep({
  name: 'plan',
  slot: false,
  adds: added.plan,
  run: async (context) => done(await makePlan(context)),
});

export const mux = defineStep({
  name: 'mux',
  slot: true,
  supersedes: true,
  adds: added.mux,
  run: async (context) => done(await joinFilm(context)),
  stillValid: ({ output }) => isStillThere(output),
});

export const verify = defineStep({
  name: 'verify',
  slot: true,
  adds: added.verify,
  run: async (context) => done(await verifyFilm(context)),
});

export const deliver = defineStep({
  name: 'deliver',
  slot: false,
  readsInputs: false,
  adds: z.object({ delivery: deliverRequest }),
  run: async (context) => done(await handOver(context)),
});
