import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PIPELINES } from '#engine/pipelines/index.js';
import { profileSchema } from '#engine/profile/schema/index.js';
import { read, ROOT } from './dockerfile.js';
import { node, server } from './product.js';

const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: ROOT }).sort()];

/** Of the tests themselves. */
const FOR_TESTS = ['BOILARR_DOLBY_VISION_SAMPLES'];

/** The targets of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(PAGES)('%s', async (page) => {
  const text = await read(page);

  it('names variables that one of the programs reads', () => {
    const known = new Set([...server.variables, ...node.variables, ...FOR_TESTS]);
    for (const [name] of text.matchAll(/\bBOILARR_[A-Z_]+\b/g)) expect(known).toContain(name);
  });

  it('leads to files and headings that are there', async () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
    for (const [link, file = '', heading] of links) {
      const target = file === '' ? page : path.join(path.dirname(page), file);
      expect(existsSync(path.join(ROOT, target)), link).toBe(true);
      if (heading !== undefined) expect(anchorsOf(await read(target)), link).toContain(heading);
    }
  });
});

it('docs/install.md names most of the variables and has links to look at', async () => {
  const text = await read('docs/install.md');
  expect(new Set(text.match(/\bBOILARR_[A-Z_]+\b/g)).size).toBeGreaterThan(8);
  expect(text.match(/\]\((?!https?:)/g)?.length).toBeGreaterThan(6);
});

describe('docs/dolby-vision.md', async () => {
  const rows = [...(await read('docs/dolby-vision.md')).matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) =>
    row.split(' | ').map((cell) => cell.trim()),
  );
  const wordsIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

  it('tells the steps in their order', () => {
    const { steps = [] } = PIPELINES.find(({ name }) => name === 'dolby_vision') ?? {};
    expect(steps).toHaveLength(9);
    const told = rows.filter(([number = '']) => /^\d$/.test(number)).map(([number, step]) => [number, step]);
    expect(told).toEqual(steps.map(({ name }, index) => [String(index), `\`${name}\``]));
  });

  it('tells the ways that a profile may choose for each kind, and no other', () => {
    const kinds = rows.filter(([cell = '']) => /^`(profile\d\w*|others)`$/.test(cell));
    expect(kinds).toHaveLength(7);
    for (const [cell = '', , allowed = ''] of kinds) {
      const [key = ''] = wordsIn(cell);
      const ways = ['convert', 'reencode', 'keep', 'skip', 'profile'].filter(
        (way) => profileSchema.safeParse({ dolbyVision: { [key]: way } }).success,
      );
      expect(
        wordsIn(allowed)
          .filter((word) => !word.includes(':'))
          .sort(),
        key,
      ).toEqual(ways.sort());
    }
  });

  it('explains reasons that the program gives', async () => {
    const sources = globSync('{engine,server}/src/**/*.ts', { cwd: ROOT, exclude: ['**/*.spec.ts'] });
    const code = (await Promise.all(sources.map(read))).join('\n');
    const reasons = rows.flatMap(([cell = '', , third]) =>
      third !== undefined && /^`[a-z]+(_[a-z]+)+`$/.test(cell) ? wordsIn(cell) : [],
    );
    expect(reasons.length).toBeGreaterThan(10);
    for (const reason of reasons) expect(code.includes(`'${reason}'`), reason).toBe(true);
  });
});
