import { createHash } from 'node:crypto';
import { copyFile, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { JobContext, Pipeline, Step } from '../../engine/src/pipeline/step.js';

const made = z.object({ raw: z.string() });
const params = z.object({
  /** a file that lets it go on when it is there */
  go: z.string(),
  /** the scratch folder turns out to be too small */
  full: z.boolean(),
});

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

const extract: Step = {
  name: 'extract',
  slot: true,
  adds: made,
  run: async (context) => {
    const [input] = context.inputs;
    if (input === undefined) throw new Error('there is nothing to extract');
    const folder = await context.scratch(2 * input.size);
    const raw = await context.produce('raw.bin', (partial) => copyFile(input.localPath, partial), folder);
    if (folder !== null && params.parse(context.params).full)
      throw Object.assign(new Error(`write ${raw}`), { code: 'ENOSPC' });
    return { kind: 'done', fields: { raw } };
  },
  stillValid: (added) => isThere(made.parse(added).raw),
};

/** Stands still in the middle of a file, so that the agent can be killed in it. */
const hold: Step = {
  name: 'hold',
  slot: true,
  adds: z.object({}),
  run: async (context) => {
    const { go } = params.parse(context.params);
    await context.produce(
      'held.bin',
      async (partial) => {
        await copyFile(made.parse(context.fields).raw, partial);
        while (!(await isThere(go))) await sleep(20, undefined, { signal: context.signal });
      },
      await context.scratch(1),
    );
    return { kind: 'done', fields: {} };
  },
};

const deliver: Step = {
  name: 'deliver',
  slot: false,
  adds: z.record(z.string(), z.unknown()),
  run: async (context: JobContext) => {
    const { raw } = made.parse(context.fields);
    const stagedPath = await context.produce('output.bin', (partial) => copyFile(raw, partial));
    const content = await readFile(stagedPath);
    const sha256 = createHash('sha256').update(content).digest('hex');
    if (path.dirname(raw) === context.workFolder) await rm(raw);
    const output = { name: 'output', stagedPath, size: content.length, sha256, extension: 'bin' };
    return {
      kind: 'done',
      fields: { output: { ...output, publishAs: `made/${context.title}.bin` }, from: path.dirname(raw) },
    };
  },
};

/** Its output is its input, by way of quick storage. */
export const DETOUR: Pipeline = {
  name: 'test-detour',
  ending: 'publish',
  params,
  steps: [extract, hold, deliver],
  delivery: (fields) => ({ outputs: [fields['output'] as never], result: { from: fields['from'] } }),
};
