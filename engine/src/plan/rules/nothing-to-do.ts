import type { PlanRule } from '../plan.types.js';

export const nothingToDo: PlanRule = {
  code: 'nothing_to_do',
  evaluate(_context, plan) {
    const changes = plan.streams.some(({ action }) => action === 'encode-video' || action === 'encode-audio');
    return changes ? null : { code: this.code, message: 'The profile would copy everything in this file.' };
  },
};
