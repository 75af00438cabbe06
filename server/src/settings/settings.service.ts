import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import {
  NODES_SETTINGS_DEFAULTS,
  nodesSettings,
  type NodesSettings,
  type UpdateNodesSettings,
} from '#contracts';
import type { DataSource } from 'typeorm';
import { FieldException } from '../common/field-exception.js';
import type { AppConfig } from '../config/app-config.js';
import type { DbWriter } from '../database/db-writer.js';
import type { EventBus } from '../realtime/event-bus.js';
import { SettingEntity } from './setting.entity.js';

const NODES_KEY = 'nodes';
const INSTANCE_KEY = 'instance';

/** What people set for the whole installation. It is read once and kept: asking costs nothing. */
@Injectable()
export class SettingsService {
  private constructor(
    private readonly writer: DbWriter,
    private readonly config: AppConfig,
    private readonly events: EventBus,
    private stored: NodesSettings,
    /** what tells this installation from others that share a Redis with it */
    readonly instance: string,
  ) {}

  static async open(
    dataSource: DataSource,
    writer: DbWriter,
    config: AppConfig,
    events: EventBus,
  ): Promise<SettingsService> {
    const row = await dataSource.manager.findOneBy(SettingEntity, { key: NODES_KEY });
    const result = nodesSettings.safeParse({ ...NODES_SETTINGS_DEFAULTS, ...asObject(row?.value) });
    if (!result.success)
      new Logger('Settings').warn(
        'the stored settings of nodes cannot be read; the defaults hold until they are set anew',
      );
    const stored = result.data ?? NODES_SETTINGS_DEFAULTS;
    return new SettingsService(writer, config, events, stored, await instanceOf(dataSource, writer));
  }

  /** What holds for all nodes together; a change of what others follow is told on the bus as `nodesSettings`. */
  get nodes(): NodesSettings {
    const { remoteNodes } = this.config;
    return remoteNodes === null ? this.stored : { ...this.stored, remoteNodes };
  }

  /** Fields that the environment or `config.yaml` decides on. */
  get fixedForNodes(): (keyof NodesSettings)[] {
    return this.config.remoteNodes === null ? [] : ['remoteNodes'];
  }

  /** @throws FieldException naming a field that is fixed, unless it is given the value that it has */
  async updateNodes(changes: UpdateNodesSettings): Promise<void> {
    const before = this.nodes;
    const refused = this.fixedForNodes.filter(
      (field) => ![undefined, before[field]].includes(changes[field]),
    );
    if (refused.length > 0) {
      const errorMessage =
        'the environment or config.yaml sets this; change it there and start the server again';
      throw new FieldException(refused.map((propertyName) => ({ propertyName, errorMessage })));
    }
    await this.writer.write(async (manager) => {
      const value = { ...this.stored, ...withoutUndefined(changes) };
      await manager.upsert(SettingEntity, { key: NODES_KEY, value }, ['key']);
      this.writer.afterCommit(() => {
        this.stored = value;
      });
    });
    const after = this.nodes;
    if (after.remoteNodes !== before.remoteNodes || after.largeFrom !== before.largeFrom)
      this.events.emit('nodesSettings', after);
  }
}

/** @returns the installation's name among others, null before its first start */
export async function storedInstance(dataSource: DataSource): Promise<string | null> {
  const row = await dataSource.manager.findOneBy(SettingEntity, { key: INSTANCE_KEY });
  return typeof row?.value === 'string' && /^[0-9a-f]{8}$/.test(row.value) ? row.value : null;
}

async function instanceOf(dataSource: DataSource, writer: DbWriter): Promise<string> {
  const known = await storedInstance(dataSource);
  if (known !== null) return known;
  const made = randomBytes(4).toString('hex');
  await writer.write((manager) => manager.upsert(SettingEntity, { key: INSTANCE_KEY, value: made }, ['key']));
  return made;
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
