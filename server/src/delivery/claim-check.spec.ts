import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeaseLab } from '../../../test/support/lease-lab.js';
import { AppConfig } from '../config/app-config.js';
import { JobEntity } from '../jobs/job.entity.js';
import { NodeFilePort } from '../replace/file-port.js';
import { PathLock } from '../replace/path-lock.js';
import { TargetCheck } from '../replace/target-check.js';
import { LibraryHolds } from '../jobs/library-holds.service.js';
import { EventBus } from '../realtime/event-bus.js';
import { ClaimCheck } from './claim-check.service.js';
import { LibraryWatch } from './library-watch.service.js';

let folder: string;
let lab: LeaseLab;
let staged: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-claim-'));
  lab = await LeaseLab.open(folder);
  await lab.reset();
  const values = { directory: folder, port: 1, urlBase: '', apiKey: 'x', redisUrl: null, builtInNode: false };
  const config = new AppConfig({ ...values, logLevel: 'error', retryDelaysMs: [] });
  const targets = new TargetCheck(lab.dataSource, new PathLock(), new NodeFilePort());
  const watch = new LibraryWatch(lab.dataSource, new LibraryHolds(new EventBus()), targets);
  new ClaimCheck(lab.leases, targets, config, watch).onModuleInit();
  staged = path.join(config.workFolder, 'job-1', 'output.mkv');
  await mkdir(path.dirname(staged), { recursive: true });
  await writeFile(staged, 'output');
});
afterEach(async () => {
  await lab.dataSource.destroy();
  await rm(folder, { recursive: true });
});

/** Has it put off with what a node delivered, and handed out again. */
async function putOff(deferredSince: number | null, size = 6): Promise<void> {
  const output = { name: 'output', stagedPath: staged, size, sha256: '0'.repeat(64), extension: 'mkv' };
  const delivery = { outputs: [output], result: {}, leaseToken: 'a'.repeat(24) };
  await lab.dataSource.manager.update(JobEntity, { id: 1 }, { deferredSince, delivery });
  await lab.dispatch();
}

describe('a job that was put off after its delivery', () => {
  it('is taken over again without a node, when there is room at last', async () => {
    await putOff(1);
    await expect(lab.claim()).rejects.toThrow(/delivered already/);
    expect(await lab.job()).toMatchObject({ state: 'delivering', nodeId: null, attempt: 0 });
  });

  it('is made anew when what was delivered has gone', async () => {
    await putOff(1);
    await rm(staged);
    await lab.claim();
    expect((await lab.job()).state).toBe('claimed');
  });

  it('is made anew when what lies there is something else', async () => {
    await putOff(1, 7);
    await lab.claim();
    expect((await lab.job()).state).toBe('claimed');
  });

  it('is made anew when it was not put off but found wrong', async () => {
    await putOff(null);
    await lab.claim();
    expect((await lab.job()).state).toBe('claimed');
  });
});
