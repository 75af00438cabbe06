import { NODES_SETTINGS_DEFAULTS, type NodeResource, type Schedule } from '#contracts';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDataSource } from '../database/data-source.js';
import { DbWriter } from '../database/db-writer.js';
import { EventBus } from '../realtime/event-bus.js';
import { ActivityWatch } from './activity-watch.service.js';
import { NodeActivities } from './node-activities.service.js';
import { NEW_NODE } from './node-settings.js';
import { NodeEntity } from './node.entity.js';
import { NodesService } from './nodes.service.js';

let dataSource: DataSource;
beforeAll(async () => {
  dataSource = createDataSource(':memory:');
  await dataSource.initialize();
  await dataSource.runMigrations();
});
afterAll(() => dataSource.destroy());

it('tells of the nodes whose hours have begun or ended, once', async () => {
  // From 8 to 10 on every day, by the clock of this machine.
  const schedule: Schedule = Array.from({ length: 7 }, () => [8, 9]);
  const row = { ...NEW_NODE, builtIn: true, cpuSlots: 1, createdAt: 0 };
  await dataSource.manager.insert(NodeEntity, [
    { ...row, name: 'by hours', tokenHash: 'a', schedule },
    { ...row, name: 'always', tokenHash: 'b' },
  ]);
  const events = new EventBus();
  const told: NodeResource[] = [];
  events.on('node', (node) => told.push(node));
  const activities = new NodeActivities({ nodes: NODES_SETTINGS_DEFAULTS });
  const nodes = new NodesService(dataSource, new DbWriter(dataSource), events, activities);
  const watch = new ActivityWatch(nodes, activities);
  const names = async (hour: number, minute: number) => {
    told.length = 0;
    await watch.look(new Date(2026, 5, 1, hour, minute));
    return told.map(({ name }) => name);
  };
  expect(await names(7, 59)).toEqual([]);
  expect(await names(8, 0)).toEqual(['by hours']);
  expect(await names(9, 59)).toEqual([]);
  expect(await names(10, 0)).toEqual(['by hours']);
  expect(await names(10, 1)).toEqual([]);
});

it('keeps what a person says of a node', async () => {
  const events = new EventBus();
  const activities = new NodeActivities({ nodes: NODES_SETTINGS_DEFAULTS });
  const nodes = new NodesService(dataSource, new DbWriter(dataSource), events, activities);
  expect((await nodes.pause(2, 'giveBack')).activity).toEqual({ mode: 'giveBack', why: 'user' });
  expect((await nodes.get(2)).activity.mode).toBe('giveBack');
  expect((await nodes.pause(2, null)).activity).toEqual({ mode: 'work', why: null });
  await expect(nodes.pause(99, 'now')).rejects.toThrow('there is no node 99');
});

it('tells when a node rests of its own accord, and when it works again', async () => {
  const events = new EventBus();
  const told: unknown[] = [];
  events.on('node', ({ resting }) => told.push(resting));
  const activities = new NodeActivities({ nodes: NODES_SETTINGS_DEFAULTS });
  const nodes = new NodesService(dataSource, new DbWriter(dataSource), events, activities);
  const [node] = await nodes.all();
  for (const resting of [null, 'busy', 'busy', null] as const) {
    await nodes.touch(node!, { usage: null, resting });
    expect(nodes.isBusy(node!.id)).toBe(resting === 'busy');
  }
  expect(told).toEqual([null, 'busy', null]);
});
