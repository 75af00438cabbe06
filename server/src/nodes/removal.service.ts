import { ConflictException, Injectable, Logger, NotFoundException } from '@nestjs/common';
import { DbWriter } from '../database/db-writer.js';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { RedisAccessService } from '../dispatch/redis-access.service.js';
import { LostLeases } from '../jobs/lost-leases.service.js';
import { EventBus } from '../realtime/event-bus.js';
import { NodeEntity } from './node.entity.js';
import { NodesService } from './nodes.service.js';

/** Lets nodes go: with its row a node's token is worth nothing, and all that hung on it follows. */
@Injectable()
export class RemovalService {
  private readonly logger = new Logger('Nodes');

  constructor(
    private readonly writer: DbWriter,
    private readonly nodes: NodesService,
    private readonly lostLeases: LostLeases,
    private readonly access: RedisAccessService,
    private readonly dispatch: DispatchService,
    private readonly events: EventBus,
  ) {}

  /**
   * Cuts a node off, and gives what it was working on to others.
   * @throws NotFoundException, ConflictException for the node that is a part of the server
   */
  async remove(id: number): Promise<void> {
    const node = await this.writer.write(async (manager) => {
      const found = await manager.findOneBy(NodeEntity, { id });
      if (found === null) throw new NotFoundException(`there is no node ${id}`);
      if (found.builtIn) {
        throw new ConflictException(
          `${found.name} is a part of this server and cannot be removed; disable it, or set BOILARR_BUILT_IN_NODE=false`,
        );
      }
      await manager.delete(NodeEntity, { id });
      return found;
    });
    this.nodes.forget(id);
    // From here on it is gone, whatever Redis says: its user and its queues are looked for again when that comes back.
    const notYet = (error: unknown) => {
      this.logger.warn(`node ${node.name} could not be taken away from Redis yet: ${String(error)}`);
    };
    await this.access.revoke(id).catch(notYet);
    await this.lostLeases.releaseNode(id, 'it was removed');
    // With Redis away both would only wait for it; what lay in the queues goes back when it is there again.
    if (this.access.isThere) {
      await this.dispatch.resetNode(node).catch(notYet);
      await this.access.dropQueues(id).catch(notYet);
    }
    this.logger.log(`node ${node.name} was removed`);
    this.events.emit('changed', { resource: 'node' });
  }
}
