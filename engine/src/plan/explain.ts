import type { MediaInfo } from '../media/media-info.js';
import type { Profile } from '../profile/schema/index.js';
import { decide } from './decide.js';
import { NO_FACTS } from './file-facts.js';
import type { Decision, FileFacts, RuleTrace } from './plan.types.js';
import { questions } from './questions.js';
import { ALL_CODES } from './rules/index.js';

/** Decides, and tells what every rule said: for a person who asks why. */
export function explainDecision(
  info: MediaInfo,
  profile: Profile,
  file: FileFacts = NO_FACTS,
): { decision: Decision; rules: RuleTrace[] } {
  const rules: RuleTrace[] = [];
  for (const { code, answer } of questions({ info, profile, file })) {
    const reason = answer();
    rules.push({ code, result: reason === null ? 'passed' : 'objected', message: reason?.message ?? null });
    if (reason !== null) break;
  }
  for (const code of ALL_CODES) {
    if (!rules.some((rule) => rule.code === code)) rules.push({ code, result: 'not-asked', message: null });
  }
  return { decision: decide(info, profile, file), rules };
}
