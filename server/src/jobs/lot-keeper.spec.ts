import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventBus } from '../realtime/event-bus.js';
import { DispatchLab, NEEDS } from '../dispatch/testing/dispatch-lab.js';
import { JobsWithoutNodeCheck } from '../health/checks/jobs-without-node.check.js';
import { JobLotEntity } from './job-lot.entity.js';
import { JobLots } from './job-lots.service.js';
import { LotKeeper } from './lot-keeper.service.js';

let lab: DispatchLab;
let events: EventBus;
let keeper: LotKeeper;
beforeEach(async () => {
  lab = await DispatchLab.open();
  events = new EventBus();
  keeper = new LotKeeper(lab.dataSource, lab.writer, events, lab.settings, lab.lots);
  keeper.onApplicationBootstrap();
  await keeper.settled();
});
afterEach(async () => {
  await keeper.onModuleDestroy();
  await lab.close();
});

async function setLimit(largeFrom: number): Promise<void> {
  lab.settings.nodes = { ...lab.settings.nodes, largeFrom };
  events.emit('nodesSettings', lab.settings.nodes);
  await keeper.settled();
}
const lanes = async () => (await lab.jobs()).map(({ lane }) => lane);

describe('LotKeeper', () => {
  it('gives waiting jobs a lot that have none, and leaves the others alone until they wait', async () => {
    const profile = { video: { encoder: 'nvenc', fallback: 'none' } };
    const compress = { params: { profile, profileName: 'p', profileHash: 'h', sourceHash: null } };
    await lab.job({ id: 1, ...compress }, null);
    await lab.job({ id: 2, params: { unreadable: true } }, null);
    await lab.job({ id: 3, pipeline: 'other', size: 1e12 }, null);
    await lab.job({ id: 4, openChildren: 1 }, null);
    await lab.job({ id: 5, state: 'running' }, null);
    keeper.adopt();
    await keeper.settled();
    const jobs = await lab.jobs();
    expect(jobs.map(({ lane }) => lane)).toEqual(['gpu', 'cpu', 'cpu-large', 'cpu', 'cpu']);
    expect(jobs.map(({ lotId }) => lotId === null)).toEqual([false, false, false, true, true]);
    expect(lab.lots.all.get(jobs[0]?.lotId ?? 0)).toMatchObject({
      ...{ slot: 'gpu', large: false, libraryId: null },
      needs: { pipeline: 'compress', gpuEncoders: ['av1_nvenc'] },
    });
  });

  it('moves jobs to other lots when the limit for large files changes, and back', async () => {
    for (const [index, size] of [10, 20, 30].entries()) await lab.job({ id: index + 1, size });
    await lab.job({ id: 4, size: 30, state: 'queued' });
    const before = (await lab.jobs()).map(({ lotId }) => lotId);
    await setLimit(20);
    expect(await lanes()).toEqual(['cpu', 'cpu-large', 'cpu-large', 'cpu']);
    const after = (await lab.jobs()).map(({ lotId }) => lotId);
    expect(after.map((lotId, index) => lotId === before[index])).toEqual([true, false, false, false]);
    await setLimit(0);
    expect((await lab.jobs()).map(({ lotId }) => lotId)).toEqual(before);
  });

  it('sorts more jobs than fit into one transaction, and again when the limit changes meanwhile', async () => {
    const lot = await lab.job({ id: 1, size: 1 });
    for (let id = 2; id <= 1100; id += 1) await lab.job({ id, size: id });
    lab.settings.nodes = { ...lab.settings.nodes, largeFrom: 5 };
    events.emit('nodesSettings', lab.settings.nodes);
    await setLimit(1000);
    const large = (await lab.jobs()).filter(({ lotId }) => lotId !== lot?.id).map(({ id }) => id);
    expect([large.length, large[0]]).toEqual([101, 1000]);
  });
});

describe('JobLots', () => {
  it('forgets a lot that was rolled back, and lots of libraries that are gone', async () => {
    await lab.library(1);
    const work = { needs: { pipeline: 'compress', ...NEEDS }, slot: 'cpu' as const };
    const failed = lab.writer.write(async (manager) => {
      await lab.lots.find(manager, work, { libraryId: 1, size: 1 });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(lab.lots.all.size).toBe(0);
    for (const id of [1, 2]) await lab.job({ id, libraryId: id });
    expect(lab.lots.all.size).toBe(2);
    const anew = new JobLots(lab.dataSource, lab.writer, lab.settings);
    await anew.onModuleInit();
    expect([...anew.all.values()].map(({ libraryId }) => libraryId)).toEqual([1]);
    expect(await lab.dataSource.manager.count(JobLotEntity)).toBe(1);
  });
});

describe('JobsWithoutNodeCheck', () => {
  it('counts waiting jobs that no node can do, and says nothing of those that only wait their turn', async () => {
    const check = new JobsWithoutNodeCheck(lab.dataSource, lab.lots);
    await lab.library(1, { name: 'Films', nodeTags: ['attic'] });
    await lab.node({});
    for (const id of [1, 2, 3]) await lab.job({ id, libraryId: id === 3 ? null : 1 });
    await lab.job({ id: 4 }, { ...NEEDS, encoders: [['libx265']] });
    await lab.job({ id: 5, notBefore: 9e12 }, { ...NEEDS, encoders: [['libx264']] });
    await lab.matcher.judge();
    expect((await check.check()).map(({ message }) => message)).toEqual([
      '2 jobs wait: there is no node with the tag attic, which library Films asks for',
      '1 job waits: no node has x265 (libx265)',
    ]);
    await lab.node({ id: 2, tags: ['attic'] });
    await lab.matcher.judge();
    expect((await check.check()).map(({ message }) => message)).toEqual([
      '1 job waits: no node has x265 (libx265)',
    ]);
  });
});
