import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { NodesService } from '../../nodes/nodes.service.js';
import type { HealthCheck } from '../health-check.js';

/** Every node that is there gets at the libraries as it is meant to. */
@Injectable()
export class NodesReachCheck implements HealthCheck {
  constructor(private readonly nodes: NodesService) {}

  async check(): Promise<HealthNotice[]> {
    const online = (await this.nodes.all()).filter((node) => node.enabled && this.nodes.isOnline(node.id));
    return online.flatMap((node) =>
      node.reach.flatMap(({ way, problem }): HealthNotice[] => {
        if (problem === null) return [];
        if (way === 'none') return [{ source: 'NodesReach', type: 'warning', message: problem }];
        // Without a mapping nobody has said that it should be able to.
        if (node.pathMappings.length === 0) return [];
        const message = `${problem}; until that is put right, its files travel over the network`;
        return [{ source: 'NodesReach', type: 'warning', message }];
      }),
    );
  }
}
