import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable, NotFoundException } from '@nestjs/common';
import {
  LEASED_JOB_STATES,
  type Capabilities,
  type NodeActivity,
  type NodeResource,
  type NodeUsage,
  type NodeWish,
  type PauseMode,
  type RegisterRequest,
  type RestReason,
  type UpdateNode,
} from '#contracts';
import { DataSource, In, Not } from 'typeorm';
import { FieldException } from '../common/field-exception.js';
import { sha256Hex } from '../common/sha256.js';
import { DbWriter } from '../database/db-writer.js';
import { JobEntity } from '../jobs/job.entity.js';
import { EventBus } from '../realtime/event-bus.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { NodeActivities } from './node-activities.service.js';
import { NEW_NODE, settingsOf } from './node-settings.js';
import { NodeEntity, type StoredReach } from './node.entity.js';

/** ms without a heartbeat after which a node counts as offline. */
const OFFLINE_AFTER_MS = 20_000;

/** One SVT-AV1 encode keeps about this many cores busy. */
const CORES_PER_SLOT = 8;

function slotsFor(cores: number): number {
  return Math.min(64, Math.max(1, Math.floor(cores / CORES_PER_SLOT)));
}

/** What a node says of itself with each sign of life; kept in memory alone. */
interface Sighting {
  /** ms since the epoch */
  at: number;
  usage: NodeUsage | null;
  resting: RestReason | null;
}

/** The machines that work, and whether they are there. */
@Injectable()
export class NodesService {
  /** each node's last heartbeat; its time is only now and then written to the database */
  private readonly seen = new Map<number, Sighting>();
  private readonly wishes = new Map<number, Set<NodeWish>>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly events: EventBus,
    private readonly activities: NodeActivities,
  ) {}

  /**
   * Makes the node that the server runs itself, if it is not there yet, and gives it a new token.
   * @returns the token in clear text; only its hash is kept
   */
  async prepareBuiltIn(): Promise<{ node: NodeEntity; token: string }> {
    const token = randomBytes(32).toString('hex');
    const tokenHash = sha256Hex(token);
    const node = await this.writer.write(async (manager) => {
      const existing = await manager.findOneBy(NodeEntity, { builtIn: true });
      if (existing !== null) {
        await manager.update(NodeEntity, { id: existing.id }, { tokenHash });
        return Object.assign(existing, { tokenHash });
      }
      const row = manager.create(NodeEntity, {
        ...NEW_NODE,
        name: 'Built-in',
        builtIn: true,
        tokenHash,
        cpuSlots: slotsFor(availableParallelism()),
        createdAt: Date.now(),
      });
      await manager.insert(NodeEntity, row);
      return row;
    });
    return { node, token };
  }

  findByToken(token: string): Promise<NodeEntity | null> {
    return this.dataSource.manager.findOneBy(NodeEntity, { tokenHash: sha256Hex(token) });
  }

  async register(node: NodeEntity, request: RegisterRequest): Promise<NodeEntity> {
    const { version, capabilities, pathMappings } = request;
    const patch = {
      ...{ version, capabilities, lastSeenAt: Date.now() },
      // Its first word on how large it is; from then on what a person sets counts.
      ...(node.lastSeenAt === null && !node.builtIn ? { cpuSlots: slotsFor(capabilities.cores) } : {}),
      ...(node.pathMappings.length === 0 && pathMappings.length > 0 ? { pathMappings } : {}),
    };
    await this.writer.write((manager) => manager.update(NodeEntity, { id: node.id }, patch));
    this.seen.set(node.id, { at: Date.now(), usage: null, resting: null });
    await this.announce(node.id);
    return Object.assign(node, patch);
  }

  /** A sign of life. Written to the database at most once a minute. */
  async touch(node: NodeEntity, said: Pick<Sighting, 'usage' | 'resting'>): Promise<void> {
    const now = Date.now();
    const wasOnline = this.isOnline(node.id);
    const rested = this.seen.get(node.id)?.resting ?? null;
    this.seen.set(node.id, { at: now, ...said });
    if (node.lastSeenAt === null || now - node.lastSeenAt > 60_000) {
      await this.writer.write((manager) => manager.update(NodeEntity, { id: node.id }, { lastSeenAt: now }));
    }
    if (!wasOnline || rested !== said.resting) await this.announce(node.id);
  }

  async markOffline(nodeId: number): Promise<void> {
    if (this.seen.delete(nodeId)) await this.announce(nodeId);
  }

  isOnline(nodeId: number): boolean {
    const seen = this.seen.get(nodeId);
    return seen !== undefined && Date.now() - seen.at < OFFLINE_AFTER_MS;
  }

  /** Whether a node has stopped its tools of its own accord, because its machine is busy with other things. */
  isBusy(nodeId: number): boolean {
    return this.seen.get(nodeId)?.resting === 'busy';
  }

  all(): Promise<NodeEntity[]> {
    return this.dataSource.manager.find(NodeEntity, { order: { id: 'ASC' } });
  }

  async list(): Promise<NodeResource[]> {
    return Promise.all((await this.all()).map((node) => this.toResource(node)));
  }

  async get(id: number): Promise<NodeResource> {
    return this.toResource(await this.row(id));
  }

  async update(id: number, changes: UpdateNode): Promise<NodeResource> {
    await this.row(id);
    const patch = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    if (Object.keys(patch).length > 0) {
      await this.writer.write(async (manager) => {
        if (
          changes.name !== undefined &&
          (await manager.existsBy(NodeEntity, { name: changes.name, id: Not(id) }))
        )
          throw new FieldException([{ propertyName: 'name', errorMessage: 'another node has this name' }]);
        await manager.update(NodeEntity, { id }, patch);
      });
    }
    // It may read other libraries by its new paths.
    if (changes.pathMappings !== undefined || changes.transfer !== undefined) this.wish(id, 'reach');
    return this.announce(id);
  }

  /** Forgets what it knows of a node that is no more. */
  forget(nodeId: number): void {
    this.seen.delete(nodeId);
    this.wishes.delete(nodeId);
  }

  /** @param mode null: it works again, in its hours */
  async pause(id: number, mode: PauseMode | null): Promise<NodeResource> {
    await this.row(id);
    await this.writer.write((manager) => manager.update(NodeEntity, { id }, { paused: mode }));
    return this.announce(id);
  }

  /** Keeps how a node gets at libraries; those that are not named it was not asked about. */
  async setReach(id: number, reach: readonly StoredReach[]): Promise<void> {
    const row = await this.row(id);
    if (JSON.stringify(row.reach) === JSON.stringify(reach)) return;
    await this.writer.write((manager) => manager.update(NodeEntity, { id }, { reach: [...reach] }));
    await this.announce(id);
  }

  /**
   * Asks a node to find out anew what it can do. One that is away does so at its start anyway.
   * @throws NotFoundException
   */
  async probe(id: number): Promise<NodeResource> {
    const resource = await this.get(id);
    if (this.isOnline(id)) this.wish(id, 'capabilities');
    return resource;
  }

  async setCapabilities(id: number, capabilities: Capabilities): Promise<void> {
    await this.writer.write((manager) => manager.update(NodeEntity, { id }, { capabilities }));
    await this.announce(id);
  }

  /** Asks something of a node, once, with its next heartbeat. */
  wish(nodeId: number, wish: NodeWish): void {
    const wishes = this.wishes.get(nodeId) ?? new Set();
    this.wishes.set(nodeId, wishes.add(wish));
  }

  takeWishes(nodeId: number): NodeWish[] {
    const wishes = [...(this.wishes.get(nodeId) ?? [])];
    this.wishes.delete(nodeId);
    return wishes;
  }

  /** Tells all who listen what a node is like now. */
  async announce(id: number): Promise<NodeResource> {
    const resource = await this.get(id);
    this.events.emit('node', resource);
    return resource;
  }

  private async row(id: number): Promise<NodeEntity> {
    const node = await this.dataSource.manager.findOneBy(NodeEntity, { id });
    if (node === null) throw new NotFoundException(`there is no node ${id}`);
    return node;
  }

  private async toResource(node: NodeEntity): Promise<NodeResource> {
    const seen = this.seen.get(node.id);
    const lastSeenAt = seen?.at ?? node.lastSeenAt;
    const online = this.isOnline(node.id);
    const libraries = await this.dataSource.manager.find(LibraryEntity, { select: { id: true, name: true } });
    const names = new Map(libraries.map((library) => [library.id, library.name]));
    const activity: NodeActivity = this.activities.of(node);
    return {
      ...settingsOf(node),
      id: node.id,
      builtIn: node.builtIn,
      state: online ? 'online' : 'offline',
      version: node.version,
      capabilities: node.capabilities,
      lastSeenAt: lastSeenAt === null ? null : new Date(lastSeenAt).toISOString(),
      activeJobs: await this.dataSource.manager.countBy(JobEntity, {
        nodeId: node.id,
        state: In([...LEASED_JOB_STATES]),
      }),
      activity,
      resting: online ? (seen?.resting ?? null) : null,
      usage: online ? (seen?.usage ?? null) : null,
      reach: node.reach.flatMap((entry) => {
        const libraryName = names.get(entry.libraryId);
        return libraryName === undefined ? [] : [{ ...entry, libraryName }];
      }),
    };
  }
}
