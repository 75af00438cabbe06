import { describe, expect, it } from 'vitest';
import type { NodeActivity } from '#contracts';
import { laneFor, matches, slotsOf, type Lot } from './matching.js';
import { CAPABILITIES, NEEDS, nodeRow, withCards } from './testing/dispatch-lab.js';
import { verdictOf, type SeenWorker } from './verdict.js';

const WORK: NodeActivity = { mode: 'work', why: null };
const needs = { pipeline: 'compress', ...NEEDS };
const LOT: Lot = { id: 1, slot: 'cpu', large: false, libraryId: 1, needs };
const CARD: Lot = {
  ...LOT,
  ...{ slot: 'gpu', needs: { ...needs, encoders: [['av1_nvenc']], gpuEncoders: ['av1_nvenc'] } },
};
const films = { id: 1, name: 'Films', nodeTags: [] as string[] };

const CONVERT: Lot = { ...LOT, needs: { ...needs, encoders: [], tools: ['ffmpeg', 'dovi_tool'] } };
const REENCODE: Lot = { ...LOT, needs: { ...needs, encoders: [], tools: ['ffmpeg', 'dovi_tool', 'x265'] } };
const having = (...names: string[]) => ({
  ...CAPABILITIES,
  tools: {
    ...CAPABILITIES.tools,
    ...Object.fromEntries(names.map((name) => [name, { path: '/nowhere', version: '1' }])),
  },
});

function seen(values: Parameters<typeof nodeRow>[0] = {}, special: Partial<SeenWorker> = {}): SeenWorker {
  return { node: nodeRow(values), online: true, activity: WORK, ...special };
}
const noSvt = { ...CAPABILITIES, encoders: ['libopus'] };
const remote = { id: 2, name: 'tower', builtIn: false };
const reaches = (way: 'same' | 'none', problem: string | null = null) => [
  { libraryId: 1, way, nodePath: null, problem },
];

describe('verdictOf', () => {
  it.each<[string, Lot, SeenWorker[], string[], string | null, RegExp | null]>([
    ['somebody who works', LOT, [seen()], [], null, null],
    ['nobody', LOT, [], [], 'no_node', /there is no node yet/],
    ['a tag', LOT, [seen()], ['gpu-box', 'attic'], 'no_node', /no node with the tag gpu-box or attic/],
    [
      'an encoder',
      LOT,
      [seen({ capabilities: noSvt })],
      [],
      'no_node',
      /^no node has SVT-AV1 \(libsvtav1\)$/,
    ],
    [
      'an encoder among nodes with a tag',
      LOT,
      [seen({ capabilities: noSvt, tags: ['a'] }), seen()],
      ['a'],
      'no_node',
      /^no node with the tag a has SVT-AV1/,
    ],
    [
      'different things',
      LOT,
      [seen({ capabilities: noSvt }), seen({ ...remote, capabilities: { ...CAPABILITIES, tools: {} } })],
      [],
      'no_node',
      /one lacks SVT-AV1 \(libsvtav1\) and tower lacks ffmpeg$/,
    ],
    ['a program', CONVERT, [seen(), seen(remote)], [], 'no_node', /^no node has dovi_tool$/],
    [
      'one of two programs each',
      REENCODE,
      [seen({ capabilities: having('x265') }), seen({ ...remote, capabilities: having('dovi_tool') })],
      [],
      'no_node',
      /has all that it needs: one lacks dovi_tool and tower lacks x265$/,
    ],
    [
      'a program here that another node has',
      CONVERT,
      [seen(), seen({ ...remote, reach: reaches('same'), capabilities: having('dovi_tool') })],
      [],
      null,
      null,
    ],
    ['a card', CARD, [seen()], [], 'no_node', /^no node has a GPU$/],
    ['a node that has said nothing', LOT, [seen({ capabilities: null })], [], 'no_node', /word of what/],
    [
      'reach',
      LOT,
      [seen({ ...remote, reach: reaches('none', 'ENOENT') })],
      [],
      'no_node',
      /can read library Films \(tower: ENOENT\)/,
    ],
    ['an answer', LOT, [seen(remote)], [], 'no_node', /not been asked/],
    [
      'slots',
      LOT,
      [seen({ cpuSlots: 0 })],
      [],
      'no_node',
      /one could do it, but has no slot for the lane cpu,/,
    ],
    [
      'the lane',
      { ...LOT, large: true },
      [seen({ lanes: ['cpu'] })],
      [],
      'no_node',
      /no slot for the lane cpu-large, or does not take/,
    ],
    ['an offline node', LOT, [seen({}, { online: false })], [], 'node_away', /waits for one: one is offline/],
    [
      'a disabled node',
      LOT,
      [seen({}, { activity: { mode: 'afterJob', why: 'disabled' } })],
      [],
      'node_away',
      /one is disabled/,
    ],
    [
      'an hour',
      LOT,
      [seen({}, { activity: { mode: 'now', why: 'schedule' } }), seen(remote, { online: false })],
      [],
      'node_rests',
      /waits for one: one rests at this hour/,
    ],
  ])('without %s', (_, lot, workers, nodeTags, code, message) => {
    const verdict = verdictOf(lot, { ...films, nodeTags }, workers);
    expect(verdict?.code ?? null).toBe(code);
    if (message !== null) expect(verdict?.message).toMatch(message);
    if (verdict !== null) expect(verdict.isProblem).toBe(code !== 'node_rests');
  });
});

describe('matches', () => {
  const either: Lot = {
    ...LOT,
    ...{ slot: 'any', needs: { ...CARD.needs, encoders: [['libsvtav1', 'av1_nvenc']] } },
  };
  it.each([
    ['software in a CPU slot', LOT, 'cpu', {}, true],
    ['software in a GPU slot', LOT, 'gpu', { capabilities: withCards('nvidia:0') }, false],
    ['either in a GPU slot', either, 'gpu', { capabilities: withCards('nvidia:0') }, true],
    ['either in a CPU slot', either, 'cpu', {}, true],
    ['either in a CPU slot without SVT-AV1', either, 'cpu', { capabilities: noSvt }, false],
    ['a card in a CPU slot', CARD, 'cpu', { capabilities: withCards('nvidia:0') }, false],
    [
      'a card whose slots were taken away',
      CARD,
      'gpu',
      { capabilities: withCards('nvidia:0'), gpuDevices: { 'nvidia:0': 0 } },
      false,
    ],
    ['a remote node that reads the library', LOT, 'cpu', { ...remote, reach: reaches('same') }, true],
    ['work of no library', { ...LOT, libraryId: null }, 'cpu', remote, true],
  ] as const)('%s: %#', (_, lot, kind, values, expected) => {
    const library = lot.libraryId === null ? null : films;
    expect(matches(nodeRow(values as never), lot, kind, library)).toBe(expected);
  });

  it('counts the slots of cards one by one', () => {
    const capabilities = withCards('nvidia:0', 'nvidia:1');
    expect(slotsOf(nodeRow({ capabilities, gpuSlots: 2, gpuDevices: { 'nvidia:1': 5 } }), 'gpu')).toBe(7);
    expect(slotsOf(nodeRow({ gpuSlots: 2 }), 'gpu')).toBe(0);
    expect(laneFor('gpu', { large: true })).toBe('gpu-large');
  });
});
