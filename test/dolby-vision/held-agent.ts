import { builtModules } from '../support/built.ts';
import type * as Pipelines from '../../engine/src/pipelines/index.js';
import { writeFileSync } from 'node:fs';

/**
 * An agent as people run it, but for one step, which begins and does nothing: server, token, work folder, the step's name and a file
 * that is made when it has begun are its arguments.
 */
const [serverUrl = '', token = '', workFolder = '', held = '', sign = ''] = process.argv.slice(2);
const { startAgent, PipelineRegistry } = await builtModules();
const index = new URL('../../dist/engine/src/pipelines/index.js', import.meta.url).href;
const { PIPELINES } = (await import(index)) as typeof Pipelines;

const never = new Promise<never>(() => undefined);
const pipelines = PIPELINES.map((pipeline) => ({
  ...pipeline,
  steps: pipeline.steps.map((step) =>
    step.name === held
      ? {
          ...step,
          run: () => {
            writeFileSync(sign, '');
            return never;
          },
        }
      : step,
  ),
}));

await startAgent(
  { serverUrl, token, name: 'node', workFolder },
  new PipelineRegistry(pipelines),
  '0.0.0',
  new AbortController().signal,
  () => undefined,
);
