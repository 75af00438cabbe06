import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HealthNotice, Job, JobState, Library } from '../../contracts/src/index.js';
import { childrenOf } from '../bench/process-table.js';
import { Installation, type Arrangement } from '../faults/installation.js';
import { cached, ffmpeg, longBunny } from '../support/media.js';
import { processesOf } from '../support/processes-of.js';
import { until } from '../support/until.js';
import { FakeNode, type Lease } from './fake-node.js';

const LONG_MS = 90_000;

/** Long enough for something to happen while it is encoded. */
const film = () =>
  cached('bunny-five.mkv', async (file) =>
    ffmpeg('-i', await longBunny(), '-t', '5', '-c', 'copy', '-f', 'matroska', file),
  );

interface JobRow {
  id: number;
  title: string;
  state: JobState;
}

/** An installation with one library, and what is asked of it again and again. */
class Scene {
  private libraryId = 0;

  private constructor(readonly installation: Installation) {}

  static async open(arrangement: Arrangement): Promise<Scene> {
    const folder = await mkdtemp(path.join(tmpdir(), 'boilarr-leases-'));
    const scene = new Scene(await Installation.create(folder, arrangement));
    await scene.installation.start();
    const library = await scene.installation.api<Library>('POST', 'libraries', {
      ...{ path: scene.installation.library, minimumAgeSeconds: 0, scanIntervalSeconds: 0 },
    });
    scene.libraryId = library.id;
    await scene.installation.agentJoined();
    return scene;
  }

  async close(): Promise<void> {
    await this.installation.end();
    await rm(this.installation.folder, { recursive: true, force: true });
  }

  /** No two are alike, so that none is taken for one that was moved. */
  async add(...names: string[]): Promise<void> {
    for (const name of names)
      await ffmpeg(
        ...['-i', await film(), '-map', '0', '-c', 'copy', '-metadata', `title=${name}`],
        path.join(this.installation.library, `${name}.mkv`),
      );
    await this.installation.api('POST', `libraries/${this.libraryId}/scan`);
  }

  jobs(): JobRow[] {
    return this.installation.read<JobRow>(`SELECT "id", "title", "state" FROM "job" ORDER BY "id"`);
  }

  async until(what: string, ask: () => boolean | Promise<boolean>): Promise<void> {
    await until(what, ask, { timeoutMs: LONG_MS, seen: () => this.jobs() });
  }

  /** Waits until the encoder itself is at work. */
  async encoding(): Promise<void> {
    await this.until('an encode', async () =>
      (await processesOf(this.installation.folder)).some((line) => /ffmpeg .*libsvtav1/.test(line)),
    );
  }

  /** Claims the newest job as soon as it lies in the node's queue. */
  async claim(node: FakeNode, attempt: number): Promise<Lease> {
    await this.until('a job for the node', () => this.jobs().at(-1)?.state === 'queued');
    return node.claim(this.jobs().at(-1)?.id ?? 0, attempt);
  }

  /** All has ended well, and each film was begun once and encoded once. */
  async endsWell(count: number): Promise<void> {
    await this.until('the end of all jobs', () => {
      const jobs = this.jobs();
      return jobs.length === count && jobs.every(({ state }) => state === 'completed');
    });
    const outcomes = this.installation.read<{ outcome: string }>(`SELECT "outcome" FROM "job_attempt"`);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array.from({ length: count }, () => 'delivered'));
  }
}

describe('server, Redis and agent, each on its own', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open('apart');
  });
  afterAll(() => scene.close());

  it('lose nothing when Redis is emptied with one job in it and one at work', async () => {
    await scene.add('one', 'two', 'three');
    await scene.encoding();
    await scene.until('a job in Redis', () => scene.jobs().some(({ state }) => state === 'queued'));
    expect(await scene.installation.emptyRedis()).toBe(true);
    await scene.endsWell(3);
  });

  it('go on when Redis has died and come back', async () => {
    const agent = scene.installation.pidOf('agent');
    await scene.installation.kill('redis');
    await scene.add('four');
    await scene.until('the film', () => scene.jobs().length === 4);
    scene.installation.reviveOthers();
    await scene.endsWell(4);
    expect(scene.installation.pidOf('agent')).toBe(agent);
  });

  it('take late what was finished while the server was dead, and its lease over', async () => {
    const { installation } = scene;
    await scene.add('five');
    await scene.encoding();
    await installation.kill('server');
    const agent = installation.pidOf('agent') ?? 0;
    // Between one tool and the next nothing runs for a moment.
    let idleSince = 0;
    await scene.until('the agent to have done all it can', () => {
      if (childrenOf(agent).length > 0) idleSince = 0;
      else if (idleSince === 0) idleSince = Date.now();
      return idleSince > 0 && Date.now() - idleSince > 1500;
    });
    const database = new Database(installation.database);
    database.exec(`UPDATE "job" SET "leaseExpiresAt" = 1 WHERE "state" IN ('claimed', 'running')`);
    database.close();
    expect(scene.jobs().at(-1)?.state).toBe('running');
    await installation.startAlone();
    await scene.endsWell(5);
  });

  it('start with Redis away, say so, and work when it comes', async () => {
    const { installation } = scene;
    await installation.kill('server');
    await installation.kill('redis');
    await installation.startAlone();
    const said = () => installation.api<HealthNotice[]>('GET', 'health');
    await scene.until('a notice', async () => (await said()).some(({ source }) => source === 'Redis'));
    await scene.add('six');
    await scene.until('the film', () => scene.jobs().length === 6);
    installation.reviveOthers();
    await scene.endsWell(6);
    await scene.until('no notice', async () => (await said()).every(({ source }) => source !== 'Redis'));
  });

  it('refuse the word of an attempt that has a successor', async () => {
    const { installation } = scene;
    await installation.kill('agent');
    const node = new FakeNode(installation.url, installation.nodeToken);
    await node.register();
    await scene.add('seven');
    const first = await scene.claim(node, 1);
    // Nobody else has begun: it may still speak.
    expect(await node.say(first, 'report')).toBe(204);
    await node.register();
    expect(await node.say(first, 'report')).toBe(204);
    const second = await scene.claim(node, 2);
    for (const what of ['report', 'deliver', 'skip', 'fail', 'give-back'] as const)
      expect([what, await node.say(first, what)]).toEqual([what, 409]);
    expect(await node.revoked([first])).toEqual([first.jobId]);
    expect(await node.revoked([second])).toEqual([]);
    expect(await node.say({ ...second, leaseToken: 'f'.repeat(24) }, 'report')).toBe(409);
    expect(await node.say(second, 'skip')).toBe(204);
    expect(scene.jobs().at(-1)?.state).toBe('skipped');
  });

  it('take a job from a node that is there, and of whose work nothing is heard', async () => {
    const { installation } = scene;
    await installation.kill('agent');
    const node = new FakeNode(installation.url, installation.nodeToken);
    await node.register();
    await scene.add('eight');
    const lease = await scene.claim(node, 1);
    expect(await node.say(lease, 'report')).toBe(204);
    await installation.api('PUT', 'settings/nodes', { staleAfterMinutes: 0.05 });
    // It says each time that it is at work, and its lease never runs out.
    await scene.until('the node to be told', async () => (await node.revoked([lease])).includes(lease.jobId));
    await installation.api('PUT', 'settings/nodes', { staleAfterMinutes: 120 });
    expect(await node.say(lease, 'deliver')).toBe(409);
    const [attempt] = installation.read(
      `SELECT "outcome", "errorCode" FROM "job_attempt" WHERE "jobId" = ?`,
      lease.jobId,
    );
    expect(attempt).toEqual({ outcome: 'failed', errorCode: 'stalled_claim' });
    const job = await installation.api<Job>('GET', `jobs/${lease.jobId}`);
    expect(job).toMatchObject({ state: 'pending', attempt: 1, reason: { code: 'stalled_claim' } });
    expect(job.notBefore).not.toBeNull();
  });
});

describe('a server that runs Redis and agent itself', () => {
  it('starts a Redis that has died again, and loses nothing by it', async () => {
    const scene = await Scene.open('together');
    try {
      await scene.add('one', 'two');
      await scene.encoding();
      expect(await scene.installation.kill('redis')).toBe(true);
      await scene.add('three');
      await scene.endsWell(3);
    } finally {
      await scene.close();
    }
  });
});
