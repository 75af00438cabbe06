import type { Finding, HeaderCheck } from '../verify.types.js';

export const checkTitles: HeaderCheck = ({ source, output, plan }, tracks) => {
  const findings: Finding[] = [];
  const [before, after] = [source.container.tags['title'] ?? '', output.container.tags['title'] ?? ''];
  if (before !== after) {
    findings.push({ code: 'title', message: `The title was "${before}" and is "${after}".`, stream: null });
  }
  // What MP4 has for names of tracks is not read back by every tool.
  if (plan.container === 'mp4') return findings;
  for (const { source: stream, output: made } of tracks) {
    if (made === undefined || (stream.title ?? '') === (made.title ?? '')) continue;
    const message = `The name of stream ${stream.index} was "${stream.title ?? ''}" and is "${made.title ?? ''}".`;
    findings.push({ code: 'title', message, stream: stream.index });
  }
  return findings;
};
