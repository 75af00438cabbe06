import type * as StartAgent from '../../node-agent/src/start-agent.js';
import type * as AppConfigModule from '../../server/src/config/app-config.js';
import type * as JobsServiceModule from '../../server/src/jobs/jobs.service.js';
import type * as NodesServiceModule from '../../server/src/nodes/nodes.service.js';
import type * as StartServer from '../../server/src/start-server.js';
import type * as Registry from '../../engine/src/pipeline/registry.js';

const DIST = new URL('../../dist/', import.meta.url);

async function built<T>(module: string): Promise<T> {
  return (await import(new URL(module, DIST).href)) as T;
}

/** The modules as they are built and run, not as the test runner would transform them. */
export async function builtModules() {
  await import('reflect-metadata');
  return {
    ...(await built<typeof StartServer>('server/src/start-server.js')),
    ...(await built<typeof AppConfigModule>('server/src/config/app-config.js')),
    ...(await built<typeof JobsServiceModule>('server/src/jobs/jobs.service.js')),
    ...(await built<typeof NodesServiceModule>('server/src/nodes/nodes.service.js')),
    ...(await built<typeof StartAgent>('node-agent/src/start-agent.js')),
    ...(await built<typeof Registry>('engine/src/pipeline/registry.js')),
  };
}
