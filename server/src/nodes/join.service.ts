import { ForbiddenException, Injectable } from '@nestjs/common';
import type { JoinRequest, JoinResponse } from '#contracts';
import type { EntityManager } from 'typeorm';
import { sha256Hex } from '../common/sha256.js';
import { DbWriter } from '../database/db-writer.js';
import { SettingsService } from '../settings/settings.service.js';
import { JoinTokensService } from './join-tokens.service.js';
import { NEW_NODE } from './node-settings.js';
import { NodeEntity } from './node.entity.js';
import { NodesService } from './nodes.service.js';

const LONGEST_NAME = 60;

/** Lets new nodes in. */
@Injectable()
export class JoinService {
  constructor(
    private readonly writer: DbWriter,
    private readonly settings: SettingsService,
    private readonly tokens: JoinTokensService,
    private readonly nodes: NodesService,
  ) {}

  /**
   * Makes a node and counts the join token down. A node that is there already, because the answer to its first
   * request was lost, is told the same again, and that costs nothing.
   * @throws UnauthorizedException when the token lets nobody in, ForbiddenException while remote nodes are off
   */
  async join(joinToken: string, request: JoinRequest): Promise<JoinResponse> {
    const tokenHash = sha256Hex(request.nodeToken);
    const { node, isNew } = await this.writer.write(async (manager) => {
      const known = await manager.findOneBy(NodeEntity, { tokenHash });
      if (known !== null) return { node: known, isNew: false };
      await this.tokens.use(manager, joinToken);
      // Said to nobody but who has a token. The transaction is rolled back, so that it stays as good as it was.
      if (!this.settings.nodes.remoteNodes) throw new ForbiddenException(REMOTE_NODES_OFF);
      const row = manager.create(NodeEntity, {
        ...NEW_NODE,
        ...{ name: await freeName(manager, request.name), builtIn: false, tokenHash },
        // Until it tells how many cores it has.
        ...{ cpuSlots: 1, createdAt: Date.now() },
      });
      await manager.insert(NodeEntity, row);
      return { node: row, isNew: true };
    });
    if (isNew) await this.nodes.announce(node.id);
    return { nodeId: node.id, name: node.name };
  }
}

export const REMOTE_NODES_OFF =
  'nodes on other machines are switched off at this server; switch them on in Settings > Nodes, or set BOILARR_REMOTE_NODES=true';

/** The name itself, or with the first number from 2 on that makes it one that nobody has. */
async function freeName(manager: EntityManager, wanted: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : ` ${number}`;
    const name = `${wanted.slice(0, LONGEST_NAME - suffix.length).trimEnd()}${suffix}`;
    if (!(await manager.existsBy(NodeEntity, { name }))) return name;
  }
}
