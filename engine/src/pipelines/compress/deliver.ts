import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { deliverRequest, type DeliverRequest } from '#contracts';
import { z } from 'zod';
import { facts } from '../../media/facts.js';
import type { MeasuredStreams } from '../../media/media-info.js';
import { defineStep, done } from '../../pipeline/step.js';
import { need, stored } from './fields.js';

const CHUNK = 1024 * 1024;

async function sha256OfFile(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK, signal }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** What the server's history wants to know of the encode. */
export const compressResult = z.object({
  command: z.string().nullable(),
  encoderVersion: z.string().nullable(),
  expectedSize: z.number(),
  /** what the plan was made with besides the headers; the server plans anew with it */
  measured: stored<MeasuredStreams>(),
});

/** Hashes the output and clears away what it was made from. */
export const deliver = defineStep({
  name: 'deliver',
  slot: false,
  readsInputs: false,
  adds: z.object({ delivery: deliverRequest }),
  run: async (context) => {
    const { path: stagedPath, size } = need(context, 'output');
    const plan = need(context, 'plan');
    const delivery: DeliverRequest = {
      outputs: [
        {
          name: 'output',
          stagedPath,
          size,
          sha256: await sha256OfFile(stagedPath, context.signal),
          extension: plan.container,
        },
      ],
      result: {
        command: need(context, 'videoCommand'),
        encoderVersion: need(context, 'videoEncoder'),
        expectedSize: plan.expectedSize,
        measured: need(context, 'measured'),
        source: facts(need(context, 'info')),
        output: facts(need(context, 'outputInfo')),
      },
    };
    const keep = path.basename(stagedPath);
    for (const name of await readdir(context.workFolder)) {
      if (name !== keep) await rm(path.join(context.workFolder, name), { force: true });
    }
    return done({ delivery });
  },
});
