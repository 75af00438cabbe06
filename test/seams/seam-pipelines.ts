import { createHash } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Pipeline, Step, StepResult } from '../../engine/src/pipeline/step.js';

/** Names of the three parts that the parent hands to children. */
export const PARTS = ['one', 'two', 'three'] as const;

const anything = z.record(z.string(), z.unknown());
const childParams = z.object({ part: z.string(), text: z.string(), gate: z.string() });
const parentParams = z.object({ gate: z.string() });

function done(fields: Record<string, unknown>): StepResult<Record<string, unknown>> {
  return { kind: 'done', fields };
}

const read: Step = {
  name: 'read',
  slot: false,
  adds: z.object({ texts: z.array(z.string()) }),
  run: async (context) =>
    done({ texts: await Promise.all(context.inputs.map((input) => readFile(input.localPath, 'utf8'))) }),
};

const split: Step = {
  name: 'split',
  slot: false,
  adds: anything,
  run: (context) => {
    const { gate } = parentParams.parse(context.params);
    const text = (context.fields['texts'] as string[]).join('+');
    return Promise.resolve({
      kind: 'fan-out',
      fields: {},
      children: PARTS.map((part) => ({
        key: part,
        pipeline: 'seam-child',
        title: `part ${part}`,
        params: { part, text, gate },
        inputs: [],
      })),
    });
  },
};

const join: Step = {
  name: 'join',
  slot: true,
  adds: z.object({ file: z.string() }),
  run: async (context) => {
    const text = PARTS.map((part) => String(context.children.get(part)?.['made'])).join('\n');
    return done({ file: await context.produce('joined.txt', (partial) => writeFile(partial, text)) });
  },
};

const deliver: Step = {
  name: 'deliver',
  slot: false,
  adds: anything,
  run: async (context) => {
    const stagedPath = String(context.fields['file']);
    const content = await readFile(stagedPath);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return done({
      output: {
        name: 'joined',
        stagedPath,
        size: content.length,
        sha256,
        extension: 'txt',
        publishAs: 'made/joined.txt',
      },
    });
  },
};

const parent: Pipeline = {
  name: 'seam-parent',
  ending: 'publish',
  params: parentParams,
  steps: [read, split, join, deliver],
  delivery: (fields) => ({ outputs: [fields['output'] as never], result: {} }),
};

const work: Step = {
  name: 'work',
  slot: true,
  adds: z.object({ made: z.string() }),
  run: async (context) => {
    const { part, text, gate } = childParams.parse(context.params);
    // Part two fails until somebody opens the gate.
    if (part === 'two') await access(path.join(gate, 'open'));
    return done({ made: `${part}:${text}` });
  },
};

const child: Pipeline = {
  name: 'seam-child',
  ending: 'none',
  params: childParams,
  steps: [work],
  delivery: (fields) => ({ outputs: [], result: { ...fields } }),
};

/** A pipeline with two inputs and three children that publishes a new file, and the children's own. */
export const SEAM_PIPELINES: readonly Pipeline[] = [parent, child];
