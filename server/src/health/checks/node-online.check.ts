import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { NodesService } from '../../nodes/nodes.service.js';
import type { HealthCheck } from '../health-check.js';

/** Programs without which a node is of no use; what else it lacks matters for some jobs only, see `jobs-without-node`. */
const BASICS = ['ffmpeg', 'ffprobe'];

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
    return online.flatMap(({ name, capabilities }) => {
      const missing = BASICS.filter((tool) => capabilities?.tools[tool] === undefined);
      if (capabilities === null || missing.length === 0) return [];
      const message = `node ${name} can do nothing: it lacks ${missing.join(' and ')}`;
      return [{ source, type: 'warning', message } as const];
    });
  }
}
