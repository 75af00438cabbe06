import { creationTime } from '../../command/date-args.js';
import type { HeaderCheck } from '../verify.types.js';

/** ms; Matroska's is set to the second */
const TOLERANCE = 1000;

/** When the film was made, by which people find their own. */
export const checkDate: HeaderCheck = ({ source, output, plan }) => {
  const [before, after] = [creationTime(source), creationTime(output)];
  if (plan.container !== 'mkv' || !plan.keep.tags || before === null) return [];
  if (after !== null && Math.abs(after - before) <= TOLERANCE) return [];
  const said = (time: number | null) => (time === null ? 'nothing' : new Date(time).toISOString());
  const message = `The date on which it was made was ${said(before)} and is ${said(after)}.`;
  return [{ code: 'date', message, stream: null }];
};
