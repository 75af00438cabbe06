import { builtModules } from '../support/built.ts';
import { noOp } from './no-op-pipeline.ts';

/** A node agent that knows the pipeline that does nothing, as a process of its own: `no-op-agent URL TOKEN WORK`. */
const [serverUrl = '', token = '', workFolder = ''] = process.argv.slice(2);
const { startAgent, PipelineRegistry } = await builtModules();
const stop = new AbortController();
const agent = await startAgent(
  { serverUrl, token, name: 'bench', workFolder },
  new PipelineRegistry([noOp]),
  '0.0.0',
  stop.signal,
  (refusal) => {
    process.stderr.write(`${refusal.message}\n`);
    process.exit(1);
  },
);
process.on('SIGTERM', () => {
  stop.abort();
  void agent.close().then(() => process.exit(0));
});
