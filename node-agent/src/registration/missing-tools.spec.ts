import { expect, it } from 'vitest';
import { PIPELINES } from '#engine/pipelines/index.js';
import { ANY_DOLBY_VISION_NEEDS } from '#engine/pipelines/dolby-vision/needs.js';
import { STANDARD_NEEDS } from '#engine/pipelines/standard/needs.js';
import { missingTools } from './missing-tools.js';

const TOOL = { path: '/nowhere', version: '1' };

it.each<[string[], RegExp[]]>([
  [['dovi_tool', 'x265'], []],
  [['x265'], [/^has no dovi_tool .* takes no jobs of Dolby Vision/]],
  [[], [/^has no dovi_tool/, /^has no x265 .* encoded anew to HEVC/]],
])('of a node with %j', (names, expected) => {
  const tools = Object.fromEntries(['ffmpeg', ...names].map((name) => [name, TOOL]));
  expect(missingTools({ tools })).toEqual(expected.map((text) => expect.stringMatching(text) as string));
});

it('knows every program that the pipelines of raw pictures need beyond those that every node has', () => {
  const wanted = [...ANY_DOLBY_VISION_NEEDS.tools, ...STANDARD_NEEDS.tools];
  const everywhere = ['ffmpeg', 'ffprobe', 'mkvmerge', 'mkvpropedit'];
  const optional = [...new Set(wanted)].filter((tool) => !everywhere.includes(tool));
  expect(missingTools({ tools: {} })).toHaveLength(optional.length);
  expect(PIPELINES.map(({ name }) => name)).toEqual(['compress', 'dolby_vision', 'standard']);
});
