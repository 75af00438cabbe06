import { describe, expect, it } from 'vitest';
import { withThreads } from './thread-args.js';

describe('withThreads', () => {
  it.each([
    ['-v error -i file:a -f null -', 0, '-v error -i file:a -f null -'],
    ['-v error -i file:a -f null -', 3, '-filter_threads 3 -v error -threads 3 -i file:a -f null -'],
    ['-ss 1 -i a -i b -lavfi ssim', 1, '-filter_threads 1 -ss 1 -threads 1 -i a -threads 1 -i b -lavfi ssim'],
    ['-filter_threads 2 -threads 2 -i a b', 4, '-filter_threads 2 -threads 2 -i a b'],
  ])('of %j and %i', (args, threads, wanted) => {
    expect(withThreads(args.split(' '), threads).join(' ')).toBe(wanted);
  });
});
