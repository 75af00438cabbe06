import { describe, expect, it } from 'vitest';
import { parseArguments, UsageError } from './arguments.js';

describe('parseArguments', () => {
  it('has nothing to do but start the server by default', () => {
    expect(parseArguments([])).toEqual({
      libraries: [],
      profile: undefined,
      once: false,
      dryRun: false,
      minimumAgeSeconds: undefined,
      help: false,
    });
  });

  it('takes several libraries', () => {
    expect(parseArguments(['--library', 'a', '--library=b', '--once'])).toMatchObject({
      libraries: ['a', 'b'],
      once: true,
    });
  });

  it.each([
    ['an unknown option', ['--libary', 'x']],
    ['a missing value', ['--library']],
    ['something that is no option', ['films']],
    ['a dry run of nothing', ['--dry-run']],
    ['an age that is no number', ['--minimum-age', 'soon']],
  ])('refuses %s', (_name, argv) => {
    expect(() => parseArguments(argv)).toThrow(UsageError);
  });
});
