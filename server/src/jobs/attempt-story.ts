import type { JobAttemptEntity } from './job-attempt.entity.js';

/** Characters of what one attempt said, and attempts told: an error page is not a novel. */
const MAX_SAID = 400;
const MAX_TOLD = 8;

export type ToldAttempt = Pick<JobAttemptEntity, 'number' | 'nodeName' | 'errorMessage'>;

function cut(text: string): string {
  return text.length <= MAX_SAID ? text : `${text.slice(0, MAX_SAID - 3)}...`;
}

function list(numbers: readonly number[]): string {
  const last = numbers.at(-1);
  return numbers.length === 1 ? `attempt ${last}` : `attempts ${numbers.slice(0, -1).join(', ')} and ${last}`;
}

/**
 * What became of a job's attempts, in one text of bounded length: those that said the same on the same node are told
 * together, and of many different ones the last.
 * @param attempts in the order of their numbers; those that said nothing are left out
 * @returns one attempt's own words where there is but one
 */
export function attemptStory(attempts: readonly ToldAttempt[]): string {
  const groups = new Map<string, { numbers: number[]; node: string; said: string }>();
  for (const { number, nodeName, errorMessage } of attempts) {
    if (errorMessage === null) continue;
    const node = nodeName === null ? '' : ` on ${nodeName}`;
    const key = `${node} ${errorMessage}`;
    const group = groups.get(key) ?? { numbers: [], node, said: cut(errorMessage.replace(/\.$/, '')) };
    group.numbers.push(number);
    groups.set(key, group);
  }
  const told = [...groups.values()].slice(-MAX_TOLD);
  const [only] = told;
  if (only === undefined) return '';
  const count = [...groups.values()].reduce((sum, { numbers }) => sum + numbers.length, 0);
  if (count === 1 && groups.size === 1) return only.said;
  const left = groups.size - told.length;
  const earlier = left > 0 ? ` (${left} earlier ways in which it failed are left out)` : '';
  const lines = told.map(({ numbers, node, said }) => `${list(numbers)}${node}: ${said}`);
  return `it failed ${count} times${earlier}. ${lines.join('. ')}`;
}
