import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.js';

function split(chunks: readonly string[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it.each([
    ['a line in pieces', ['fr', 'ame', '=1\nfps', '=2\n'], ['frame=1', 'fps=2']],
    ['carriage returns', ['10%\r20%\r30%'], ['10%', '20%', '30%']],
    ['a last line without an end', ['a\nb'], ['a', 'b']],
    ['nothing', [], []],
  ])('%s', (_name, chunks, expected) => {
    expect(split(chunks)).toEqual(expected);
  });

  it('does not collect a line without an end for ever', () => {
    expect(split(['x'.repeat(70_000), 'y\n'])).toEqual(['x'.repeat(70_000), 'y']);
  });

  it('gives the same lines wherever the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n') })), (chunks) => {
        expect(split(chunks)).toEqual(split([chunks.join('')]));
      }),
    );
  });
});
