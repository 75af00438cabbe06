import { mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import type { DeliveredFile } from '#contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FaultyPort, type Faults } from '../../../test/support/faulty-port.js';
import { leftovers, ReplaceLab, services, sha256, sha256Of } from '../../../test/support/replace-lab.js';
import { HistoryEntity } from '../history/history.entity.js';
import type { JobEntity } from '../jobs/job.entity.js';
import type { PublishOutcome } from './publish.service.js';

vi.setConfig({ testTimeout: 60_000 });

let lab: ReplaceLab;
let count = 0;
beforeAll(async () => {
  Logger.overrideLogger(false);
  lab = await ReplaceLab.open(true);
});
afterAll(async () => {
  await lab.close();
  Logger.overrideLogger(['error', 'warn']);
});

interface Delivery {
  job: JobEntity;
  root: string;
  outputs: DeliveredFile[];
  publishLast?: string;
}

async function delivery(...paths: string[]): Promise<Delivery> {
  count += 1;
  const place = path.join(lab.root, `publish-${count}`);
  const work = path.join(place, 'work');
  const root = path.join(place, 'media', 'packages');
  await mkdir(work, { recursive: true });
  await mkdir(path.dirname(root), { recursive: true });
  const outputs: DeliveredFile[] = [];
  for (const [index, publishAs] of paths.entries()) {
    const data = Buffer.from(`content of ${publishAs} in ${count}`);
    const stagedPath = path.join(work, `${index}.bin`);
    await writeFile(stagedPath, data);
    outputs.push({
      name: publishAs,
      stagedPath,
      size: data.length,
      sha256: sha256(data),
      extension: 'bin',
      publishAs,
    });
  }
  return { job: await lab.makeJob({ ending: 'publish', publishRoot: root }), root, outputs };
}

async function publish(
  request: Delivery,
  faults: Faults = {},
): Promise<{ outcome: PublishOutcome; calls: string[] }> {
  const port = new FaultyPort(faults);
  const outcome = await services(lab.dataSource, port.port, port).publish.publish(request);
  return { outcome, calls: port.calls };
}

async function expectPublished({ job, root, outputs }: Delivery): Promise<void> {
  for (const output of outputs) {
    expect(await sha256Of(path.join(root, output.publishAs!))).toBe(output.sha256);
    expect(await sha256Of(output.stagedPath)).toBeNull();
  }
  expect(await leftovers(root)).toEqual([]);
  expect(await lab.jobState(job.id)).toBe('completed');
  expect(await lab.dataSource.getRepository(HistoryEntity).findBy({ jobId: job.id })).toMatchObject([
    { event: 'published', saving: 0 },
  ]);
}

describe('publish', () => {
  it('makes folders and files, the one that names the others last', async () => {
    const request = await delivery('film/index.m3u8', 'film/1/a.m4s', 'film/2/b.m4s');
    const { outcome, calls } = await publish({ ...request, publishLast: 'film/index.m3u8' });
    expect(outcome).toMatchObject({ kind: 'published' });
    await expectPublished(request);
    const links = calls.filter((call) => call.startsWith('link '));
    expect(links.at(-1)).toMatch(/index\.m3u8$/);
    const last = calls.indexOf(links.at(-1)!);
    expect(calls.slice(0, last).filter((call) => /^syncFolder [12]$/.test(call))).toHaveLength(2);
    expect(calls.slice(last).some((call) => call === 'syncFolder film')).toBe(true);
    expect((await stat(path.join(request.root, 'film/1/a.m4s'))).mode & 0o444).toBe(0o444);
  });

  it('does without hard links, and across file systems', async () => {
    const request = await delivery('a.bin', 'b.bin');
    await publish(request, {
      refuse: (method, args) =>
        method === 'link' || (method === 'rename' && args[0]?.includes('/work/')) ? 'EXDEV' : null,
    });
    await expectPublished(request);
  });

  it('never overwrites, and then publishes nothing at all', async () => {
    const request = await delivery('a.bin', 'b.bin');
    await mkdir(request.root);
    await writeFile(path.join(request.root, 'b.bin'), 'mine');
    const { outcome } = await publish(request);
    expect(outcome).toMatchObject({ kind: 'rejected', reason: { code: 'target_exists' } });
    expect(await readdir(request.root)).toEqual(['b.bin']);
    expect(await readFile(path.join(request.root, 'b.bin'), 'utf8')).toBe('mine');
  });

  it.each([
    '/etc/x',
    '../x',
    'a/../../x',
    'a//b',
    'a/./b',
    '',
    'a\\..\\b',
    'a\0b',
    '.boilarr-trash/x',
    'C:/x',
    'y'.repeat(256),
  ])('refuses the path %j', async (publishAs) => {
    const request = await delivery('ok.bin');
    request.outputs[0]!.publishAs = publishAs;
    expect((await publish(request)).outcome).toMatchObject({
      kind: 'rejected',
      reason: { code: 'bad_publish_path' },
    });
  });

  it('refuses two outputs at one place, and none', async () => {
    const request = await delivery('a.bin', 'A.bin');
    expect((await publish(request)).outcome).toMatchObject({ reason: { code: 'bad_publish_path' } });
    const nowhere = await delivery('a.bin');
    delete nowhere.outputs[0]!.publishAs;
    expect((await publish(nowhere)).outcome).toMatchObject({ reason: { code: 'bad_publish_path' } });
  });

  it('follows no symbolic link out of the folder', async () => {
    const request = await delivery('film/a.bin');
    await mkdir(request.root);
    await symlink(lab.root, path.join(request.root, 'film'));
    expect((await publish(request)).outcome).toMatchObject({
      kind: 'rejected',
      reason: { code: 'outside_library' },
    });
  });

  it('publishes nothing when one output is damaged, and keeps the others', async () => {
    const request = await delivery('a.bin', 'b.bin');
    await writeFile(request.outputs[1]!.stagedPath, Buffer.alloc(request.outputs[1]!.size));
    expect((await publish(request)).outcome).toMatchObject({ kind: 'rejected', retryable: true });
    expect(await readdir(request.root)).toEqual([]);
    expect(await sha256Of(request.outputs[0]!.stagedPath)).toBe(request.outputs[0]!.sha256);
  });

  it.each([null, 'EPERM'])(
    'killed after any call, links refused with %s: made again, it goes on',
    async (code) => {
      const refuse: Faults['refuse'] = (method) => (method === 'link' ? code : null);
      const clean = await publish(await delivery('a/1.bin', 'a/2.bin', 'index.bin'), { refuse });
      const total = clean.calls.filter((call) => !call.startsWith('commit')).length;
      for (let call = 1; call <= total; call += 1) {
        const request = await delivery('a/1.bin', 'a/2.bin', 'index.bin');
        await publish(request, { refuse, crashAfter: call }).catch(() => undefined);
        const index = await sha256Of(path.join(request.root, 'index.bin'));
        if (index === request.outputs[2]!.sha256) {
          for (const output of request.outputs) {
            expect(await sha256Of(path.join(request.root, output.publishAs!))).toBe(output.sha256);
          }
        }
        expect((await publish(request, { refuse })).outcome.kind).toBe('published');
        await expectPublished(request);
      }
    },
  );

  it.each(['EIO', 'ENOSPC'])('failed with %s at any call: made again, it goes on', async (code) => {
    const clean = await publish(await delivery('a/1.bin', 'index.bin'));
    const total = clean.calls.filter((call) => !call.startsWith('commit')).length;
    for (let call = 1; call <= total; call += 1) {
      const request = await delivery('a/1.bin', 'index.bin');
      await publish(request, { failAt: { call, code } }).catch(() => undefined);
      const missing = await Promise.all(
        request.outputs.map(
          async (output) =>
            (await sha256Of(output.stagedPath)) ?? sha256Of(path.join(request.root, output.publishAs!)),
        ),
      );
      // An output whose fsync failed is not kept.
      if (missing.includes(null)) continue;
      expect((await publish(request)).outcome.kind).toBe('published');
      await expectPublished(request);
    }
  });
});
