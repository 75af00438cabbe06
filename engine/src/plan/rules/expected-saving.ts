import type { PlanRule } from '../plan.types.js';

export const expectedSaving: PlanRule = {
  code: 'expected_saving',
  evaluate({ info, profile }, plan) {
    const { size } = info.container;
    const { minimumExpectedSaving } = profile.act;
    const saving = size === 0 ? 0 : (1 - plan.expectedSize / size) * 100;
    if (saving >= minimumExpectedSaving) return null;
    const message =
      `An encode is expected to save ${Math.round(saving)} %, ` +
      `less than the ${minimumExpectedSaving} % of the profile.`;
    return { code: this.code, message };
  },
};
