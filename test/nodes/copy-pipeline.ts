import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Pipeline, Step } from '../../engine/src/pipeline/step.js';

const made = z.object({ file: z.string(), size: z.number() });

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const copy: Step = {
  name: 'copy',
  slot: true,
  supersedes: true,
  adds: made,
  run: async (context) => {
    const [input] = context.inputs;
    if (input === undefined) throw new Error('there is nothing to copy');
    const file = await context.produce('output.bin', (partial) => copyFile(input.localPath, partial));
    return { kind: 'done', fields: { file, size: (await stat(file)).size } };
  },
  stillValid: async (added) => {
    const { file, size } = made.parse(added);
    return stat(file).then(
      (status) => status.size === size,
      () => false,
    );
  },
};

/** As a film's does, it throws away what the output was made of. */
const deliver: Step = {
  name: 'deliver',
  slot: false,
  readsInputs: false,
  adds: z.record(z.string(), z.unknown()),
  run: async (context) => {
    const { file, size } = made.parse(context.fields);
    const output = {
      ...{ name: 'output', stagedPath: file, size, sha256: await sha256Of(file), extension: 'bin' },
      publishAs: `made/${context.title}.bin`,
    };
    for (const name of await readdir(context.workFolder))
      if (name !== path.basename(file)) await rm(path.join(context.workFolder, name));
    return { kind: 'done', fields: { output } };
  },
};

/** Its output is its input, byte for byte. */
export const COPY: Pipeline = {
  name: 'test-copy',
  ending: 'publish',
  params: z.record(z.string(), z.unknown()),
  steps: [copy, deliver],
  delivery: (fields) => ({ outputs: [fields['output'] as never], result: {} }),
};
