import { durationOf } from '../../media/duration.js';
import type { SourceRule } from '../plan.types.js';

/** seconds; what is shorter is a picture or the remains of a file */
const SHORTEST = 0.2;

export const noDuration: SourceRule = {
  code: 'no_duration',
  evaluate({ info }) {
    const duration = durationOf(info);
    if (duration === null) return { code: this.code, message: 'The file does not say how long it is.' };
    if (duration >= SHORTEST) return null;
    return { code: this.code, message: `The file says that it is ${duration} s long.` };
  },
};
