import { NOT_A_TAG } from '../../command/matroska-xml.js';
import type { Tags } from '../../media/media-info.js';
import { said } from '../text.js';
import type { Finding, HeaderCheck } from '../verify.types.js';

const namesOf = (tags: Tags) =>
  Object.keys(tags).filter((key) => !NOT_A_TAG.has(key) && said(tags[key]) !== '');

/** Title and tags of the whole file: all of them, or none where the profile drops them. */
export const checkTags: HeaderCheck = ({ source, output, plan }) => {
  const [before, after] = [source.container.tags, output.container.tags];
  if (!plan.keep.tags) {
    const left = namesOf(after);
    if (left.length === 0) return [];
    return [{ code: 'tags_left', message: `Tags are left: ${left.join(', ')}.`, stream: null }];
  }
  const findings: Finding[] = [];
  const [title, made] = [said(before['title']), said(after['title'])];
  if (title !== made)
    findings.push({
      code: 'title',
      message: `The title was "${before['title'] ?? ''}" and is "${after['title'] ?? ''}".`,
      stream: null,
    });
  // The other containers have places for some tags only.
  if (plan.container !== 'mkv') return findings;
  const lost = namesOf(before).filter((key) => key !== 'title' && said(before[key]) !== said(after[key]));
  if (lost.length > 0)
    findings.push({
      code: 'tags',
      message: `Tags are missing or changed: ${lost.join(', ')}.`,
      stream: null,
    });
  return findings;
};
