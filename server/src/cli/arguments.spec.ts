import { describe, expect, it } from 'vitest';
import { parseArguments, parseCommand, UsageError } from './arguments.js';

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

describe('parseCommand', () => {
  it.each<[string[], object]>([
    [[], { command: 'serve', once: false }],
    [['--library', 'a', '--once'], { command: 'serve', libraries: ['a'], once: true }],
    [['serve', '--once'], { command: 'serve', once: true }],
    [['help'], { command: 'serve', help: true }],
    [['explain', '--help'], { command: 'explain', help: true }],
    [
      ['explain', 'a b.mkv', '--profile', 'p', '--library=/films', '--json', '--all'],
      { command: 'explain', file: 'a b.mkv', profile: 'p', library: '/films', json: true, all: true },
    ],
    [['explain', '--', '-rf.mkv'], { command: 'explain', file: '-rf.mkv' }],
  ])('takes %j', (argv, expected) => {
    expect(parseCommand(argv)).toMatchObject(expected);
  });

  it.each([
    [['films'], /no command films; there are serve and explain/],
    [['explain'], /one file/],
    [['explain', 'a', 'b'], /one file, and got 2/],
    [['explain', 'a', '--once'], /--once/],
    [['serve', 'films'], /films/],
  ])('refuses %j', (argv, message) => {
    expect(() => parseCommand(argv)).toThrow(UsageError);
    expect(() => parseCommand(argv)).toThrow(message);
  });
});
