import { expect, it } from 'vitest';
import { totalLine } from './dry-run.js';

const GB = 1_000_000_000;

it.each([
  [{ files: 0, encode: 0, convert: 0, before: 0, after: 0 }, '0 files, nothing to do. Nothing was changed.'],
  [{ files: 1, encode: 0, convert: 0, before: 0, after: 0 }, '1 file, nothing to do. Nothing was changed.'],
  [
    { files: 3, encode: 0, convert: 2, before: 0, after: 0 },
    '3 files, 2 to convert to Dolby Vision Profile 8.1. Nothing was changed.',
  ],
  [
    { files: 3, encode: 1, convert: 0, before: 4 * GB, after: GB },
    /^3 files, 1 to encode: [^;]* to about [^;]*, saves about [^;]*\. Nothing was changed\.$/,
  ],
  [
    { files: 3, encode: 1, convert: 1, before: 4 * GB, after: GB },
    /^3 files, 1 to encode: [^;]*; 1 to convert to Dolby Vision Profile 8\.1\. Nothing was changed\.$/,
  ],
] as const)('the total of %j', (totals, line) => {
  if (typeof line === 'string') expect(totalLine(totals)).toBe(line);
  else expect(totalLine(totals)).toMatch(line);
});
