import { LIBRARY_DEFAULTS, NODES_SETTINGS_DEFAULTS, type Capabilities } from '#contracts';
import type { DataSource, QueryDeepPartialEntity } from 'typeorm';
import { createDataSource } from '../../database/data-source.js';
import { DbWriter } from '../../database/db-writer.js';
import type { JobLotEntity, JobNeeds } from '../../jobs/job-lot.entity.js';
import { JobLots, laneOf } from '../../jobs/job-lots.service.js';
import { workFor } from '../../jobs/job-needs.js';
import { LibraryHolds } from '../../jobs/library-holds.service.js';
import { JobEntity } from '../../jobs/job.entity.js';
import { LibraryEntity } from '../../libraries/library.entity.js';
import { NodeActivities } from '../../nodes/node-activities.service.js';
import { NEW_NODE } from '../../nodes/node-settings.js';
import { NodeEntity } from '../../nodes/node.entity.js';
import { NodesService } from '../../nodes/nodes.service.js';
import { EventBus } from '../../realtime/event-bus.js';
import { LotMatcher } from '../lot-matcher.service.js';
import { QueueFiller } from '../queue-filler.service.js';

const TOOL = { path: '/nowhere', version: '1' };

export const CAPABILITIES: Capabilities = {
  tools: { ffmpeg: TOOL, ffprobe: TOOL, mkvmerge: TOOL },
  encoders: ['libsvtav1', 'libopus'],
  ...{ decoders: [], filters: [], hardwareEncoders: [], gpus: [], svtAv1Version: '1.4.1' },
  ...{ cores: 8, memoryBytes: 1e10, platform: 'linux-x64' },
};

export const NEEDS: Omit<JobNeeds, 'pipeline'> = {
  ...{ tools: ['ffmpeg'], encoders: [['libsvtav1']], filters: [], gpuEncoders: [] },
};

/** A machine with cards that make AV1. */
export function withCards(...ids: string[]): Capabilities {
  const gpus = ids.map((id) => ({ id, name: id, vendor: 'nvidia' as const, encoders: ['av1_nvenc'] }));
  return { ...CAPABILITIES, gpus, hardwareEncoders: ids.length === 0 ? [] : ['av1_nvenc'] };
}

/** A node's row that has not been stored. */
export function nodeRow(values: Partial<NodeEntity> = {}): NodeEntity {
  return Object.assign(new NodeEntity(), {
    ...NEW_NODE,
    ...{ id: 1, name: 'one', builtIn: true, tokenHash: '', cpuSlots: 1, createdAt: 0 },
    capabilities: CAPABILITIES,
    ...values,
  });
}

/** What decides on who does what, on a database in memory. */
export class DispatchLab {
  readonly events = new EventBus();
  readonly holds = new LibraryHolds(this.events);
  readonly activities = new NodeActivities({ nodes: { ...NODES_SETTINGS_DEFAULTS, remoteNodes: true } });
  readonly writer: DbWriter;
  readonly lots: JobLots;
  readonly nodes: NodesService;
  readonly matcher: LotMatcher;
  readonly filler: QueueFiller;
  settings = { nodes: { ...NODES_SETTINGS_DEFAULTS } };

  private constructor(readonly dataSource: DataSource) {
    this.writer = new DbWriter(dataSource);
    this.lots = new JobLots(dataSource, this.writer, this.settings);
    this.nodes = new NodesService(dataSource, this.writer, this.events, this.activities);
    const { lots, nodes, activities, events, holds } = this;
    this.matcher = new LotMatcher(dataSource, lots, nodes, activities, events, holds);
    this.filler = new QueueFiller(this.writer, this.matcher, this.lots);
  }

  static async open(): Promise<DispatchLab> {
    const dataSource = createDataSource(':memory:');
    await dataSource.initialize();
    await dataSource.runMigrations();
    return new DispatchLab(dataSource);
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  /** Lots stay: they are only ever added to. */
  async clear(): Promise<void> {
    for (const entity of [JobEntity, NodeEntity, LibraryEntity])
      await this.dataSource.manager.deleteAll(entity);
    this.matcher.forget();
  }

  async library(id: number, values: Partial<LibraryEntity> = {}): Promise<void> {
    await this.dataSource.manager.insert(LibraryEntity, {
      ...LIBRARY_DEFAULTS,
      ...{ id, name: `library ${id}`, path: `/${id}`, createdAt: 0, ...values },
    });
  }

  /** A node that has just been heard of, unless it is `away`. */
  async node(values: Partial<NodeEntity>, away = false): Promise<NodeEntity> {
    const node = nodeRow({ tokenHash: `of ${values.id ?? 1}`, name: `node ${values.id ?? 1}`, ...values });
    await this.dataSource.manager.insert(NodeEntity, node);
    if (away) await this.nodes.markOffline(node.id);
    else await this.nodes.touch(node, { usage: null, resting: null });
    this.matcher.forget();
    return node;
  }

  async job(
    values: Partial<JobEntity>,
    needs: Omit<JobNeeds, 'pipeline'> | null = NEEDS,
  ): Promise<JobLotEntity | null> {
    const job = { libraryId: null, size: 1, ...values };
    const work = needs === null ? null : workFor('compress', needs);
    return this.writer.write(async (manager) => {
      const lot = work === null ? null : await this.lots.find(manager, work, job);
      await manager.insert(JobEntity, {
        ...{ pipeline: 'compress', ending: 'replace', title: '', params: {}, inputs: [], state: 'pending' },
        ...{ front: 0, weight: 0, orderKey: 0, orderText: '', openChildren: 0, attempt: 0, maxAttempts: 3 },
        ...{ epoch: 0, createdAt: 0, updatedAt: 0, lotId: lot?.id ?? null },
        lane: lot === null ? 'cpu' : laneOf(lot),
        ...(job as QueryDeepPartialEntity<JobEntity>),
      });
      return lot;
    });
  }

  jobs(): Promise<JobEntity[]> {
    return this.dataSource.manager.find(JobEntity, { order: { id: 'ASC' } });
  }

  /** Hands out what the nodes want, once. @returns which job went where, in order */
  async fill(): Promise<{ id: number; nodeId: number | null; lane: string }[]> {
    const nodes = await this.matcher.look();
    const { given } = await this.filler.fill(nodes, await this.filler.held(this.dataSource.manager));
    return given.map(({ id, nodeId, lane }) => ({ id, nodeId, lane }));
  }
}
