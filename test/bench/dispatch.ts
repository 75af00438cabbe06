import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { DataSource } from 'typeorm';
import { builtModules } from '../support/built.ts';
import { until } from '../support/until.ts';
import { plainFigure, type Figure } from './figures.ts';
import { noOp } from './no-op-pipeline.ts';
import type { Scene } from './scene.ts';

const JOBS = 10_000;
const SLOTS = 4;
const LIMIT_MS = 1_200_000;
const AGENT = fileURLToPath(new URL('no-op-agent.ts', import.meta.url));

interface Span {
  begun: number;
  ended: number;
  completed: number;
}

/** Copies the only job until there are as many as are wanted; a request for each would be another benchmark. */
async function multiply(dataSource: DataSource): Promise<void> {
  const columns = await dataSource.query<{ name: string }[]>(
    `SELECT "name" FROM pragma_table_info('job') WHERE "name" <> 'id'`,
  );
  const names = columns.map(({ name }) => `"${name}"`).join();
  await dataSource.query(
    `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ${JOBS})
     INSERT INTO "job" (${names}) SELECT ${names} FROM n CROSS JOIN "job" WHERE "id" = 1`,
  );
}

/**
 * Jobs that do nothing, from the first claim to the last one's end, through a real server (in this process, for it has to know the
 * pipeline), Redis and agent (processes of their own).
 */
export async function benchDispatch(scene: Scene, say: (text: string) => void): Promise<Figure[]> {
  const { startServer, AppConfig, JobsService, NodesService, PipelineRegistry } = await builtModules();
  const directory = await scene.newFolder('dispatch', 'config');
  const server = await startServer({
    config: new AppConfig({
      ...{ directory, port: 0, urlBase: '', apiKey: 'x'.repeat(32), logLevel: 'warn' },
      ...{ redisUrl: null, builtInNode: false, retryDelaysMs: [10] },
    }),
    pipelines: new PipelineRegistry([noOp]),
    logger: { log: () => undefined, warn: () => undefined, error: console.error },
    builtInNode: false,
  });
  try {
    const nodes = server.application.get(NodesService);
    const { node, token } = await nodes.prepareBuiltIn();
    await nodes.update(node.id, { cpuSlots: SLOTS, enabled: false });
    const dataSource = server.application.get(DataSource);
    await server.application.get(JobsService).create({
      ...{ pipeline: noOp.name, ending: 'none', title: 'nothing', params: {}, inputs: [] },
    });
    await multiply(dataSource);
    const agent = execa(process.execPath, [AGENT, server.url, token, path.join(directory, 'work')], {
      reject: false,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'inherit',
      env: { NODE_ENV: 'production' },
    });
    if (agent.pid !== undefined) scene.own(agent.pid, agent);
    await until('the agent', () => nodes.isOnline(node.id), { timeoutMs: 60_000 });
    say(`${JOBS} jobs, ${SLOTS} slots`);
    await nodes.update(node.id, { enabled: true });
    const span = async (): Promise<Span> => {
      const [row] = await dataSource.query<[Span]>(
        `SELECT (SELECT MIN("startedAt") FROM "job_attempt") AS begun, MAX("updatedAt") AS ended, COUNT(*) AS completed
         FROM "job" WHERE "state" = 'completed'`,
      );
      return row;
    };
    let seen = await span();
    await until(
      'the end of all jobs',
      async () => {
        scene.signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 2000));
        seen = await span();
        return seen.completed === JOBS;
      },
      { timeoutMs: LIMIT_MS, seen: () => seen },
    );
    agent.kill('SIGTERM');
    await agent;
    const elapsed = seen.ended - seen.begun;
    const attempts = await dataSource.query<[{ count: number }]>(
      `SELECT COUNT(*) AS count FROM "job_attempt"`,
    );
    if (attempts[0].count !== JOBS) throw new Error(`${JOBS} jobs took ${attempts[0].count} attempts`);
    say(`${Math.round((JOBS * 1000) / elapsed)} jobs a second`);
    return [
      plainFigure({
        ...{
          id: 'dispatch.total',
          name: `${JOBS} jobs that do nothing, ${SLOTS} slots`,
          unit: 's',
          aim: null,
        },
        value: elapsed / 1000,
      }),
      plainFigure({
        ...{ id: 'dispatch.job', name: '  for each job', unit: 'ms', aim: null },
        value: elapsed / JOBS,
      }),
    ];
  } finally {
    await server.stop();
  }
}
