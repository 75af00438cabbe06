import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ReplaceFailure } from '../replace/replace-failure.js';
import { FINDING_CODES } from '#engine/verify/finding-codes.js';
import { ToolError } from '#engine/tools/tool-error.js';
import { describe, expect, it } from 'vitest';
import {
  deliveryFailure,
  isKnownFailure,
  MAX_PAUSE_MS,
  MAX_WAIT_MS,
  MIN_WAIT_MS,
  pauseAfter,
  policyOf,
  type RetryPolicy,
} from './retry-policy.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Where reasons for bad endings are made. */
const PLACES = [
  'engine/src/pipeline',
  'engine/src/pipelines/compress',
  'engine/src/tools',
  'engine/src/command/encoders',
  'engine/src/verify',
  'node-agent/src/worker',
  'server/src/delivery',
  'server/src/replace',
];

/** Reasons that never end an attempt badly: of skips, of recovery and of the trash. */
const NO_FAILURES = new Set([
  ...[
    'projected_too_large',
    'saving_too_small',
    'source_empty',
    'source_truncated',
    'picture_empty',
    'superseded',
    'restore_failed',
  ],
  ...['rejected', 'review_superseded', 'tool_cancelled', 'encode_put_back'],
]);

function codesIn(folder: string): [string, string][] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap(
    (entry): [string, string][] => {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return codesIn(name);
      if (!name.endsWith('.ts') || name.endsWith('.spec.ts')) return [];
      const text = readFileSync(path.join(ROOT, name), 'utf8');
      const codes = [...text.matchAll(/\bcode: '([a-z_]+)'|^ {2}\| '(tool_[a-z_]+)'/gm)];
      return codes.map(([, reason, tool]) => [reason ?? tool ?? '', name]);
    },
  );
}

describe('the table of reasons', () => {
  const found = PLACES.flatMap(codesIn);

  it('has every reason that an attempt can end badly with', () => {
    const known = (code: string) => isKnownFailure(code) || NO_FAILURES.has(code);
    const unknown = found.filter(([code]) => !known(code)).map((pair) => pair.join(' in '));
    expect(unknown, 'give it a policy in retry-policy.ts, or name it in NO_FAILURES').toEqual([]);
    // Were they written in another way one day, this would find none.
    expect(new Set(found.map(([code]) => code)).size).toBeGreaterThan(30);
  });

  it.each(Object.keys(FINDING_CODES))('does not encode again what verification refuses: %s', (code) => {
    expect(policyOf(code, true)).toBe('never');
  });

  it.each<[string, boolean, RetryPolicy]>([
    ['source_unreadable', true, 'never'],
    ['source_changed', true, 'never'],
    ['bad_parameters', true, 'never'],
    ['unknown_pipeline', true, 'never'],
    ['tool_missing', true, 'never'],
    ['tool_failed', false, 'retry'],
    ['lease_lost', false, 'retry'],
    ['no_space', false, 'wait'],
    ['no_space_work', false, 'wait'],
    ['target_not_writable', false, 'wait'],
    ['library_missing', false, 'wait'],
    ['of_a_newer_agent', true, 'retry'],
    ['of_a_newer_agent', false, 'never'],
  ])('%s (agent says retryable: %s) -> %s', (code, retryable, policy) => {
    expect(policyOf(code, retryable)).toBe(policy);
  });
});

describe('pauseAfter', () => {
  it.each<[string, number, number | null]>([
    ['no_space', 0, MIN_WAIT_MS],
    ['no_space', 60_000, MIN_WAIT_MS],
    ['no_space', 20 * 60_000, 20 * 60_000],
    ['no_space', 3 * 86_400_000, MAX_PAUSE_MS],
    ['no_space', MAX_WAIT_MS - 1, MAX_PAUSE_MS],
    ['no_space', MAX_WAIT_MS, null],
    ['hard_linked', MAX_WAIT_MS * 10, MAX_PAUSE_MS],
  ])('%s after %i ms', (code, waited, pause) => {
    expect(pauseAfter(code, waited)).toBe(pause);
  });

  it('grows to its limit, and comes to an end', () => {
    const pauses: number[] = [];
    for (
      let waited = 0, pause = pauseAfter('no_space', 0);
      pause !== null;
      pause = pauseAfter('no_space', waited)
    ) {
      pauses.push(pause);
      waited += pause;
    }
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.length).toBeGreaterThan(50);
    expect(pauses.length).toBeLessThan(80);
  });
});

describe('deliveryFailure', () => {
  const errno = (code: string) => Object.assign(new Error('the system said no'), { code });
  const wrapped = (cause: unknown) =>
    new ReplaceFailure({ code: 'replace_failed', message: 'x' }, false, cause);
  it.each<[string, unknown, string]>([
    ['a read-only share below our own error', wrapped(errno('EROFS')), 'target_not_writable'],
    ['a forbidden folder', errno('EACCES'), 'target_not_writable'],
    ['a full disk', wrapped(errno('ENOSPC')), 'no_space'],
    ['a pool whose program has died', wrapped(errno('ENOTCONN')), 'library_missing'],
    ['a share whose server is away', errno('EHOSTDOWN'), 'library_missing'],
    ['a broken disk', wrapped(errno('EIO')), 'replace_failed'],
    [
      'a tool',
      new ToolError('tool_killed', 'x', { tool: 'x', exitCode: 1, signal: null, stderr: '' }),
      'tool_killed',
    ],
    ['no error at all', 'text', 'replace_failed'],
  ])('knows %s', (_name, error, code) => {
    expect(deliveryFailure(error).code).toBe(code);
  });
});
