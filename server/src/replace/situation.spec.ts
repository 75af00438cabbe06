import { describe, expect, it } from 'vitest';
import { decide, type Decision, type Situation } from './situation.js';

const SAME: Situation = {
  sameName: true,
  source: 'original',
  final: 'absent',
  trash: 'absent',
  staged: 'staged',
  trashIsSource: false,
  reachable: true,
};
const OTHER: Situation = { ...SAME, sameName: false };

describe('decide', () => {
  it.each<[string, Situation, Decision]>([
    ['nothing has happened', SAME, 'forward'],
    ['linked', { ...SAME, trash: 'original', trashIsSource: true }, 'forward'],
    ['part of a copy in the trash', { ...SAME, trash: 'other' }, 'forward'],
    ['renamed over', { ...SAME, source: 'new', trash: 'original', staged: 'absent' }, 'finish'],
    [
      'renamed over, and the original was written to',
      { ...SAME, source: 'new', trash: 'other', staged: 'absent' },
      'back',
    ],
    [
      'renamed over, and the trash was emptied by hand',
      { ...SAME, source: 'new', staged: 'absent' },
      'finish',
    ],
    ['the staged file is damaged', { ...SAME, staged: 'other' }, 'back'],
    ['the staged file is gone', { ...SAME, staged: 'absent' }, 'back'],
    ['another file is at the path', { ...SAME, source: 'other', trash: 'original' }, 'back'],
    ['the path is empty, the trash is not', { ...SAME, source: 'absent', trash: 'original' }, 'back'],
    ['nothing is to be seen', { ...SAME, source: 'absent', staged: 'absent', reachable: false }, 'leave'],

    ['other name: nothing has happened', OTHER, 'forward'],
    ['other name: the name is reserved', { ...OTHER, final: 'empty' }, 'forward'],
    ['other name: the output has it', { ...OTHER, final: 'new' }, 'forward'],
    [
      'other name: and the source is in the trash',
      { ...OTHER, final: 'new', source: 'absent', trash: 'original' },
      'finish',
    ],
    [
      'other name: and something else is',
      { ...OTHER, final: 'new', source: 'absent', trash: 'other' },
      'back',
    ],
    [
      'other name: the output has it, the source is gone',
      { ...OTHER, final: 'new', source: 'absent' },
      'finish',
    ],
    ['other name: the source became another file', { ...OTHER, final: 'new', source: 'other' }, 'back'],
    [
      'other name: a new file came after the move',
      { ...OTHER, final: 'new', source: 'other', trash: 'original' },
      'finish',
    ],
    ['other name: somebody has it', { ...OTHER, final: 'other' }, 'back'],
    [
      'other name: the output was taken away',
      { ...OTHER, source: 'absent', trash: 'original', staged: 'absent' },
      'back',
    ],
    ['other name: the staged file is damaged', { ...OTHER, staged: 'other' }, 'back'],
    [
      'other name: nothing is to be seen',
      { ...OTHER, source: 'absent', staged: 'absent', reachable: false },
      'leave',
    ],

    ['no source: nothing has happened', { ...OTHER, source: 'none' }, 'forward'],
    ['no source: in place', { ...OTHER, source: 'none', final: 'new' }, 'finish'],
    ['no source: somebody has the name', { ...OTHER, source: 'none', final: 'other' }, 'back'],
  ])('%s', (_name, situation, decision) => {
    expect(decide(situation)).toBe(decision);
  });
});
