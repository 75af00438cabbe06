import { describe, expect, it } from 'vitest';
import { attemptStory, type ToldAttempt } from './attempt-story.js';

const said = (
  number: number,
  errorMessage: string | null,
  nodeName: string | null = 'Built-in',
): ToldAttempt => ({
  ...{ number, nodeName, errorMessage },
});

describe('attemptStory', () => {
  it.each<[string, ToldAttempt[], string]>([
    ['nothing', [], ''],
    ['an attempt that said nothing', [said(1, null)], ''],
    ['one attempt in its own words', [said(1, 'the disk broke.')], 'the disk broke'],
    [
      'the same three times',
      [said(1, 'ffmpeg crashed'), said(2, 'ffmpeg crashed'), said(3, 'ffmpeg crashed')],
      'it failed 3 times. attempts 1, 2 and 3 on Built-in: ffmpeg crashed',
    ],
    [
      'different ends, with a node that was removed',
      [said(1, 'a'), said(3, 'b', null), said(4, 'a')],
      'it failed 3 times. attempts 1 and 4 on Built-in: a. attempt 3: b',
    ],
    [
      'the same words of two nodes',
      [said(1, 'a', 'one'), said(2, 'a', 'two')],
      'it failed 2 times. attempt 1 on one: a. attempt 2 on two: a',
    ],
  ])('tells %s', (_name, attempts, story) => {
    expect(attemptStory(attempts)).toBe(story);
  });

  it('stays short, and says what it leaves out', () => {
    const attempts = Array.from({ length: 50 }, (_, index) =>
      said(index + 1, `${index} ${'x'.repeat(5000)}`),
    );
    const story = attemptStory(attempts);
    expect(story.length).toBeLessThan(4000);
    expect(story).toContain('42 earlier ways');
    expect(story).toContain('attempt 50 on Built-in: 49 xx');
  });
});
