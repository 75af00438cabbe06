import { describe, expect, it } from 'vitest';
import { printable, saving } from './text.js';

describe('printable', () => {
  it.each([
    ['plain é 🎬.mkv', 'plain é 🎬.mkv'],
    ['two\nlines', 'two\\nlines'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['\u202Egnp.exe', '\\u{202e}gnp.exe'],
  ])('%j -> %s', (name, expected) => {
    expect(printable(name)).toBe(expected);
  });
});

describe('saving', () => {
  it.each([
    [512 * 1024, 1024 * 1024, '512 KiB (50 %)'],
    [0, 0, '0 B'],
    [-1024, 1024, '-1 KiB (-100 %)'],
  ])('%d of %d -> %s', (saved, before, expected) => {
    expect(saving(saved, before)).toBe(expected);
  });
});
