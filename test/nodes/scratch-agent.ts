import { builtModules } from '../support/built.ts';
import { DETOUR } from './scratch-pipeline.ts';

/** An agent with a scratch folder, as a program that can be killed: server, token, work folder and scratch are its arguments. */
const [serverUrl = '', token = '', workFolder = '', scratchFolder = ''] = process.argv.slice(2);
const { startAgent, PipelineRegistry } = await builtModules();
await startAgent(
  { serverUrl, token, name: 'quick', workFolder, scratchFolder },
  new PipelineRegistry([DETOUR]),
  '0.0.0',
  new AbortController().signal,
  () => undefined,
);
