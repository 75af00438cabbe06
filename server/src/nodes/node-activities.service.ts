import { Injectable } from '@nestjs/common';
import type { NodeActivity } from '#contracts';
import type { NodeEntity } from './node.entity.js';

/** What each node is to do just now: by what a person has said, and by its hours. */
@Injectable()
export class NodeActivities {
  of(node: NodeEntity): NodeActivity {
    if (!node.enabled) return { mode: 'afterJob', why: 'disabled' };
    if (node.paused !== null) return { mode: node.paused, why: 'user' };
    return { mode: 'work', why: null };
  }
}
