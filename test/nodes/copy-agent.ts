import { builtModules } from '../support/built.ts';
import { COPY } from './copy-pipeline.ts';

/** An agent that can do nothing but copy, as a program that can be killed: server, token and work folder are its arguments. */
const [serverUrl = '', token = '', workFolder = ''] = process.argv.slice(2);
const { startAgent, PipelineRegistry } = await builtModules();
await startAgent(
  { serverUrl, token, name: 'copier', workFolder },
  new PipelineRegistry([COPY]),
  '0.0.0',
  new AbortController().signal,
  () => undefined,
);
