import { createHash, randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TRANSFER_CHUNK, TRANSFER_STATUS } from '#contracts';
import { LeaseLab } from '../../../test/support/lease-lab.js';
import { AppConfig } from '../config/app-config.js';
import { JobEntity } from '../jobs/job.entity.js';
import { limitOf, Uploads, type UploadOrder } from './uploads.service.js';

const CONTENT = randomBytes(2 * TRANSFER_CHUNK + 99);
const SHA = createHash('sha256').update(CONTENT).digest('hex');

let folder: string;
let lab: LeaseLab;
let config: AppConfig;
let uploads: Uploads;
let leaseToken: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-uploads-'));
  lab = await LeaseLab.open(folder);
  await lab.reset();
  const input = { name: 'source', path: '/films/a.mkv', size: CONTENT.length, mtimeNs: '1' };
  await lab.dataSource.manager.update(JobEntity, { id: 1 }, { inputs: [input] });
  const values = { directory: folder, port: 1, urlBase: '', apiKey: 'x', redisUrl: null, builtInNode: false };
  config = new AppConfig({ ...values, logLevel: 'error', retryDelaysMs: [] });
  uploads = new Uploads(lab.leases, config);
  await lab.dispatch();
  leaseToken = await lab.claim();
});
afterEach(async () => {
  await lab.dataSource.destroy();
  await rm(folder, { recursive: true });
});

const order = (changes: Partial<UploadOrder> = {}): UploadOrder => ({
  ...{ jobId: 1, leaseToken, name: 'output', sha256: SHA },
  ...changes,
});
const piece = (number: number) => CONTENT.subarray(number * TRANSFER_CHUNK, (number + 1) * TRANSFER_CHUNK);
const add = (number: number, to = order()) => uploads.add(to, number * TRANSFER_CHUNK, piece(number));
const jobFolder = () => path.join(config.workFolder, 'job-1');
const end = (to = order()) => uploads.end(to, { size: CONTENT.length, sha256: to.sha256 });
const restart = () => {
  uploads = new Uploads(lab.leases, config);
};

/** Its node is gone, and another has begun. */
async function handOn(): Promise<void> {
  await lab.leases.giveBack(1, leaseToken);
  await lab.dispatch();
  leaseToken = await lab.claim();
}

describe('Uploads', () => {
  it('puts pieces together, whole or not at all', async () => {
    expect(await uploads.status(order())).toEqual({ received: 0 });
    expect(await add(0)).toEqual({ received: TRANSFER_CHUNK });
    expect(await add(1)).toEqual({ received: 2 * TRANSFER_CHUNK });
    await expect(end()).rejects.toMatchObject({ status: TRANSFER_STATUS.damaged });
    expect(await add(2)).toEqual({ received: CONTENT.length });
    const { stagedPath } = await end();
    expect(path.dirname(stagedPath)).toBe(jobFolder());
    expect(path.basename(stagedPath)).toContain(leaseToken);
    expect((await readFile(stagedPath)).equals(CONTENT)).toBe(true);
    // An answer that was lost is given again.
    expect(await end()).toEqual({ stagedPath });
    expect(await uploads.status(order())).toEqual({ received: CONTENT.length });
    expect(await add(0)).toEqual({ received: CONTENT.length });
  });

  it('takes each piece once, and none out of its turn', async () => {
    await add(0);
    expect(await add(0)).toEqual({ received: TRANSFER_CHUNK });
    expect(await add(2)).toEqual({ received: TRANSFER_CHUNK });
    await Promise.all([add(1), add(1)]);
    await add(2);
    expect((await readFile((await end()).stagedPath)).equals(CONTENT)).toBe(true);
  });

  it('goes on after a restart, but for the piece that was begun last', async () => {
    await add(0);
    await add(1);
    restart();
    expect(await uploads.status(order())).toEqual({ received: TRANSFER_CHUNK });
    await add(1);
    await add(2);
    expect((await readFile((await end()).stagedPath)).equals(CONTENT)).toBe(true);
  });

  it('does not trust what a crash has torn', async () => {
    await add(0);
    const [partial = ''] = await readdir(jobFolder());
    await appendFile(path.join(jobFolder(), partial), randomBytes(1000));
    restart();
    expect(await uploads.status(order())).toEqual({ received: TRANSFER_CHUNK });
    for (const number of [1, 2]) await add(number);
    expect((await readFile((await end()).stagedPath)).equals(CONTENT)).toBe(true);
  });

  it('finds out what the disk has changed, and begins anew', async () => {
    for (const number of [0, 1, 2]) await add(number);
    const [partial = ''] = await readdir(jobFolder());
    const torn = Buffer.from(CONTENT);
    torn.writeUInt8((torn[5] ?? 0) ^ 1, 5);
    await writeFile(path.join(jobFolder(), partial), torn);
    restart();
    await uploads.status(order());
    await add(2);
    await expect(end()).rejects.toMatchObject({ status: TRANSFER_STATUS.damaged });
    expect(await uploads.status(order())).toEqual({ received: 0 });
  });

  it('goes on for a successor with the same output, and forgets another', async () => {
    await add(0);
    const before = leaseToken;
    await handOn();
    await expect(add(1, order({ leaseToken: before }))).rejects.toMatchObject({ status: 409 });
    expect(await uploads.status(order())).toEqual({ received: TRANSFER_CHUNK });
    for (const number of [1, 2]) await add(number);
    expect((await readFile((await end()).stagedPath)).equals(CONTENT)).toBe(true);
    await handOn();
    expect(await uploads.status(order({ sha256: 'f'.repeat(64) }))).toEqual({ received: 0 });
    expect(await readdir(jobFolder())).toEqual([]);
  });

  it('is for the job of the lease alone, and follows no link', async () => {
    await expect(uploads.status(order({ jobId: 2 }))).rejects.toMatchObject({ status: 404 });
    await expect(uploads.status(order({ leaseToken: 'f'.repeat(24) }))).rejects.toMatchObject({
      status: 409,
    });
    await expect(uploads.status(order({ name: '../../etc/passwd' }))).resolves.toEqual({ received: 0 });
    await add(0);
    const [partial = ''] = await readdir(jobFolder());
    const [target, link] = [path.join(folder, 'other'), path.join(jobFolder(), partial)];
    await writeFile(target, '');
    await rm(link);
    await symlink(target, link);
    restart();
    await expect(add(0)).rejects.toMatchObject({ code: 'ELOOP' });
    expect(await readFile(target, 'utf8')).toBe('');
  });

  it('takes no more than a replacement may have', async () => {
    await lab.dataSource.manager.update(JobEntity, { id: 1 }, { inputs: [] });
    expect(limitOf({ ending: 'replace', inputs: [] })).toBe(64 * 1024 * 1024);
    const large = Buffer.alloc(TRANSFER_CHUNK);
    for (let number = 0; number < 8; number += 1) await uploads.add(order(), number * TRANSFER_CHUNK, large);
    await expect(uploads.add(order(), 8 * TRANSFER_CHUNK, large)).rejects.toMatchObject({
      status: TRANSFER_STATUS.tooLarge,
    });
  });
});
