import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DeliverRequest } from '#contracts';
import { facts } from '../../media/facts.js';
import type { JobContext } from '../../pipeline/step.js';
import { need } from './fields.js';

const CHUNK = 1024 * 1024;

async function sha256OfFile(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK, signal }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Hashes the output and clears away what it was made from. */
export async function handOver(context: JobContext): Promise<{ delivery: DeliverRequest }> {
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
  return { delivery };
}
