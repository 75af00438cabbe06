import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NODES_SETTINGS_DEFAULTS, type NodesSettings } from '#contracts';
import type { DataSource } from 'typeorm';
import { FieldException } from '../common/field-exception.js';
import { AppConfig } from '../config/app-config.js';
import { createDataSource } from '../database/data-source.js';
import { DbWriter } from '../database/db-writer.js';
import { EventBus } from '../realtime/event-bus.js';
import { SettingEntity } from './setting.entity.js';
import { SettingsService } from './settings.service.js';

let dataSource: DataSource;
let told: NodesSettings[];

beforeEach(async () => {
  dataSource = createDataSource(':memory:');
  await dataSource.initialize();
  await dataSource.runMigrations();
  told = [];
});
afterEach(() => dataSource.destroy());

/** The service as it is after a start. */
function open(remoteNodes: boolean | null = null): Promise<SettingsService> {
  const config = new AppConfig({
    ...{ directory: '/nowhere', port: 1, urlBase: '', apiKey: 'x', logLevel: 'error', redisUrl: null },
    ...{ builtInNode: false, retryDelaysMs: [], remoteNodes },
  });
  const events = new EventBus();
  events.on('nodesSettings', (settings) => told.push(settings));
  return SettingsService.open(dataSource, new DbWriter(dataSource), config, events);
}

describe('SettingsService', () => {
  it('keeps what was set, field by field, and tells of what has changed', async () => {
    const service = await open();
    expect(service.nodes).toEqual(NODES_SETTINGS_DEFAULTS);
    await Promise.all([service.updateNodes({ remoteNodes: true }), service.updateNodes({ largeFrom: 5 })]);
    expect(service.nodes).toEqual({ ...NODES_SETTINGS_DEFAULTS, remoteNodes: true, largeFrom: 5 });
    expect(told.at(-1)).toEqual(service.nodes);
    expect(told).toHaveLength(2);
    await service.updateNodes({ largeFrom: 5 });
    await service.updateNodes({});
    expect(told).toHaveLength(2);
    expect((await open()).nodes).toEqual({ ...NODES_SETTINGS_DEFAULTS, remoteNodes: true, largeFrom: 5 });
    // Nobody keeps what follows from it: it is asked for when it is needed.
    await service.updateNodes({ staleAfterMinutes: 0 });
    expect(told).toHaveLength(2);
    expect((await open()).nodes.staleAfterMinutes).toBe(0);
  });

  it.each([true, false])('lets the environment decide: remote nodes %s', async (remoteNodes) => {
    await (await open()).updateNodes({ remoteNodes: !remoteNodes });
    const service = await open(remoteNodes);
    expect(service.nodes.remoteNodes).toBe(remoteNodes);
    expect(service.fixedForNodes).toEqual(['remoteNodes']);
    const refused = service.updateNodes({ remoteNodes: !remoteNodes, largeFrom: 7 });
    await expect(refused).rejects.toThrow(FieldException);
    await expect(refused).rejects.toMatchObject({ errors: [{ propertyName: 'remoteNodes' }] });
    expect(service.nodes.largeFrom).toBe(NODES_SETTINGS_DEFAULTS.largeFrom);
    // A page sends back all that it shows.
    await service.updateNodes({ remoteNodes, largeFrom: 7 });
    expect(service.nodes).toEqual({ ...NODES_SETTINGS_DEFAULTS, remoteNodes, largeFrom: 7 });
  });

  it.each([[{ largeFrom: 'much' }], ['text'], [{ largeFrom: -1, remoteNodes: true }]])(
    'starts with the defaults where %j is stored',
    async (value) => {
      await dataSource.manager.save(SettingEntity, { key: 'nodes', value });
      expect((await open()).nodes).toEqual(NODES_SETTINGS_DEFAULTS);
    },
  );

  it('keeps what it knows, and fills in what an older version did not store', async () => {
    await dataSource.manager.insert(SettingEntity, { key: 'nodes', value: { largeFrom: 3, newer: 1 } });
    expect((await open()).nodes).toEqual({ ...NODES_SETTINGS_DEFAULTS, largeFrom: 3 });
  });
});
