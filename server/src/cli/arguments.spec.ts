import { describe, expect, it } from 'vitest';
import { parseArguments, parseCommand } from './arguments.js';
import { UsageError } from './usage-error.js';

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
    [['jobs', '--help'], { command: 'jobs', help: true }],
    [['jobs', 'list'], { command: 'jobs', action: 'list', states: [], limit: 50, json: false }],
    [
      ['jobs', 'list', '--state', 'in_review,failed', '--library', 'Films', '--limit=3', '--json'],
      { action: 'list', states: ['in_review', 'failed'], library: 'Films', limit: 3, json: true },
    ],
    [['jobs', 'show', '7'], { action: 'show', id: 7 }],
    [['jobs', 'rerun', '7'], { action: 'rerun', id: 7, from: undefined }],
    [['jobs', 'rerun', '7', '--from', 'mux'], { action: 'rerun', id: 7, from: 'mux' }],
    [['jobs', 'rerun', '7', '--from', '3'], { action: 'rerun', id: 7, from: 3 }],
    [['jobs', 'approve', '7', '8'], { action: 'approve', ids: [7, 8] }],
    [['jobs', 'reject', '7', '--reason', 'too soft'], { action: 'reject', ids: [7], reason: 'too soft' }],
    [['jobs', 'cancel', '7'], { action: 'cancel', ids: [7] }],
    [['jobs', 'add', 'a.mkv', '/b.mkv'], { action: 'add', files: ['a.mkv', '/b.mkv'], force: false }],
    [['jobs', 'add', '--force', 'a.mkv'], { action: 'add', files: ['a.mkv'], force: true }],
    [['jobs', 'rerun', '7', '--from', 'inject_rpu'], { action: 'rerun', id: 7, from: 'inject_rpu' }],
  ])('takes %j', (argv, expected) => {
    expect(parseCommand(argv)).toMatchObject(expected);
  });

  it.each([
    [['films'], /no command films; there are serve, explain and jobs/],
    [['explain'], /one file/],
    [['explain', 'a', 'b'], /one file, and got 2/],
    [['explain', 'a', '--once'], /--once/],
    [['serve', 'films'], /films/],
    [['jobs'], /what to do: list, show, add, rerun/],
    [['jobs', 'delete', '1'], /jobs cannot delete/],
    [['jobs', 'list', '5'], /no 5/],
    [['jobs', 'list', '--state', 'done'], /no state done; there are pending/],
    [['jobs', 'list', '--limit', '0'], /1 to 10000/],
    [['jobs', 'show'], /number of a job/],
    [['jobs', 'add'], /path of a file/],
    [['jobs', 'cancel', '1', '--force'], /jobs cancel knows no --force/],
    [['jobs', 'show', '1', '2'], /one number, and got 2/],
    [['jobs', 'cancel', '-1'], /-1/],
    [['jobs', 'cancel', 'x'], /not x/],
    [['jobs', 'approve', '1', '--from', 'mux'], /jobs approve knows no --from/],
  ])('refuses %j', (argv, message) => {
    expect(() => parseCommand(argv)).toThrow(UsageError);
    expect(() => parseCommand(argv)).toThrow(message);
  });
});
