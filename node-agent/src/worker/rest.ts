import type { NodeActivity, RestReason } from '#contracts';

/** What a node does about a rest. */
export interface Rest {
  /** why it rests; null: it works */
  why: RestReason | null;
  /** new jobs begin */
  takesJobs: boolean;
  /** the tools that run stand still */
  stopped: boolean;
  /** which of its jobs it gives back */
  givesBack: 'none' | 'not begun' | 'all';
}

const WORK: Rest = { why: null, takesJobs: true, stopped: false, givesBack: 'none' };

/**
 * What follows from the server's word, and from how busy the machine is with other things.
 * @param canStop false where tools cannot be stopped and go on later: they finish what they do
 */
export function restOf({ mode, why }: NodeActivity, busy: boolean, canStop: boolean): Rest {
  const rest = { ...WORK, why, takesJobs: false };
  switch (mode) {
    case 'work':
      return busy ? { ...rest, why: 'busy', stopped: canStop } : WORK;
    case 'now':
      return canStop ? { ...rest, stopped: true } : { ...rest, givesBack: 'not begun' };
    case 'afterJob':
      return { ...rest, stopped: busy && canStop, givesBack: 'not begun' };
    case 'giveBack':
      return { ...rest, givesBack: 'all' };
  }
}
