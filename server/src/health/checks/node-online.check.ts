import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { cannotRun } from '../../dispatch/matching.js';
import { NodesService } from '../../nodes/nodes.service.js';
import type { HealthCheck } from '../health-check.js';

/** Somebody is there to do the work, and able to. */
@Injectable()
export class NodeOnlineCheck implements HealthCheck {
  constructor(private readonly nodes: NodesService) {}

  async check(): Promise<HealthNotice[]> {
    const source = 'NodeOnline';
    const enabled = (await this.nodes.all()).filter((node) => node.enabled);
    const online = enabled.filter((node) => this.nodes.isOnline(node.id));
    if (online.length === 0) {
      return [{ source, type: 'error', message: 'no node is online, so that nothing will be encoded' }];
    }
    return online.flatMap((node) => {
      const reason = cannotRun('compress', node.capabilities);
      return reason === null
        ? []
        : [
            {
              source,
              type: 'warning',
              message: `node ${node.name} cannot encode: ${reason.message}`,
            } as const,
          ];
    });
  }
}
