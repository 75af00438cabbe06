import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobEntity } from '../jobs/job.entity.js';
import { LANES, type Lane } from '#contracts';
import type { NodeEntity } from '../nodes/node.entity.js';
import { DispatchLab, NEEDS, withCards } from './testing/dispatch-lab.js';

const LARGE = 20 * 1024 ** 3;
const TAGS = ['a', 'b'];

/** What jobs can ask for, and by hand which lanes that leaves. */
const WORK: Record<
  'software' | 'card' | 'either',
  { needs: typeof NEEDS; kinds: readonly ('cpu' | 'gpu')[] }
> = {
  software: { needs: NEEDS, kinds: ['cpu'] },
  card: { needs: { ...NEEDS, encoders: [['av1_nvenc']], gpuEncoders: ['av1_nvenc'] }, kinds: ['gpu'] },
  either: {
    needs: { ...NEEDS, encoders: [['libsvtav1', 'av1_nvenc']], gpuEncoders: ['av1_nvenc'] },
    kinds: ['cpu', 'gpu'],
  },
};

const anyNode = fc.record({
  weight: fc.integer({ min: -1, max: 1 }),
  tags: fc.subarray(TAGS),
  lanes: fc.oneof(fc.constant<Lane[]>([...LANES]), fc.subarray<Lane>([...LANES])),
  cpuSlots: fc.integer({ min: 0, max: 2 }),
  gpuSlots: fc.integer({ min: 0, max: 2 }),
  cards: fc.constantFrom(0, 0, 1, 2),
  svt: fc.constantFrom(true, true, false),
  away: fc.integer({ min: 0, max: 7 }).map((value) => value === 7),
  paused: fc.constantFrom(...[null, null, null, null, null, null, 'afterJob' as const]),
  cutOff: fc.constantFrom<number[]>([], [], [], [1], [2]),
});
const anyJob = fc.record({
  libraryId: fc.constantFrom(null, 1, 2),
  work: fc.constantFrom('software' as const, 'card' as const, 'either' as const),
  size: fc.constantFrom(1, LARGE),
  front: fc.integer({ min: 0, max: 1 }),
  weight: fc.integer({ min: -1, max: 1 }),
  orderKey: fc.constantFrom(0, 1.5, -3),
  orderText: fc.constantFrom('', 'a', 'b', 'ä'),
  openChildren: fc.constantFrom(0, 0, 0, 1),
  notBefore: fc.constantFrom(null, null, null, 9e12),
  held: fc.constantFrom(...[null, null, null, null, null, null, 'queued' as const, 'running' as const]),
});
const anyWorld = fc.record({
  nodes: fc.array(anyNode, { minLength: 1, maxLength: 4, size: 'max' }),
  jobs: fc.array(anyJob, { minLength: 3, maxLength: 14, size: 'max' }),
  /** of the two libraries */
  tags: fc.tuple(fc.constant<string[]>([]), fc.subarray(TAGS)),
});
type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;

/** The same world as plain lists, and the rules in plain words, each job looked at for each question. */
class Model {
  readonly waiting = new Map<number, World['jobs'][number]>();
  readonly load = new Map<string, { leased: number; queued: number }>();

  constructor(private readonly world: World) {}

  places() {
    return this.world.nodes.flatMap((node, index) => {
      if (node.away || node.paused !== null) return [];
      return (['cpu', 'gpu'] as const).map((kind) => {
        const slots = kind === 'cpu' ? node.cpuSlots : node.gpuSlots * node.cards;
        return { node, id: index + 1, kind, slots, load: this.at(index + 1, kind) };
      });
    });
  }

  at(nodeId: number, kind: string) {
    const key = `${nodeId} ${kind}`;
    const load = this.load.get(key) ?? { leased: 0, queued: 0 };
    this.load.set(key, load);
    return load;
  }

  /** 0: a slot is free; 1 and 2: what it may have beyond its slots; null: nothing */
  wish({ slots, load: { leased, queued } }: ReturnType<Model['places']>[number]): number | null {
    if (slots === 0 || leased + queued > slots + 1 || (leased + queued > slots && queued > 0)) return null;
    return Math.max(0, leased + queued - slots + 1);
  }

  best({ node, kind }: ReturnType<Model['places']>[number]): number | null {
    const fitting = [...this.waiting].filter(([, job]) => {
      const tags = job.libraryId === null ? [] : (this.world.tags[job.libraryId - 1] ?? []);
      const lane: Lane = job.size === LARGE ? `${kind}-large` : kind;
      return (
        WORK[job.work].kinds.includes(kind) &&
        node.lanes.includes(lane) &&
        (kind === 'cpu' ? node.svt : node.cards > 0) &&
        (tags.length === 0 || tags.some((tag) => node.tags.includes(tag))) &&
        !node.cutOff.includes(job.libraryId ?? 0)
      );
    });
    fitting.sort(
      ([a, x], [b, y]) =>
        y.front - x.front ||
        y.weight - x.weight ||
        y.orderKey - x.orderKey ||
        ['', 'a', 'b', 'ä'].indexOf(x.orderText) - ['', 'a', 'b', 'ä'].indexOf(y.orderText) ||
        a - b,
    );
    return fitting[0]?.[0] ?? null;
  }
}

async function build(lab: DispatchLab, world: World): Promise<Model> {
  const model = new Model(world);
  await lab.clear();
  for (const id of [1, 2]) await lab.library(id, { nodeTags: world.tags[id - 1] ?? [] });
  for (const [index, { cards, svt, away, cutOff, ...settings }] of world.nodes.entries()) {
    const capabilities = withCards(...['nvidia:0', 'nvidia:1'].slice(0, cards));
    const values: Partial<NodeEntity> = {
      ...{ id: index + 1, ...settings, builtIn: index === 0 },
      capabilities: svt ? capabilities : { ...capabilities, encoders: [] },
      reach: [1, 2].map((libraryId) => ({
        ...{ libraryId, nodePath: null, problem: null },
        way: cutOff.includes(libraryId) ? ('none' as const) : ('same' as const),
      })),
    };
    await lab.node(values, away);
  }
  for (const [index, { work, held, ...job }] of world.jobs.entries()) {
    const id = index + 1;
    const nodeId = held === null ? null : (index % Math.max(1, world.nodes.length)) + 1;
    const values: Partial<JobEntity> = { id, ...job, state: held ?? 'pending', nodeId };
    await lab.job(values, WORK[work].needs);
    if (held !== null)
      model.at(nodeId ?? 0, work === 'card' ? 'gpu' : 'cpu')[held === 'queued' ? 'queued' : 'leased'] += 1;
    else if (job.openChildren === 0 && job.notBefore === null) model.waiting.set(id, { work, held, ...job });
  }
  return model;
}

describe('QueueFiller', () => {
  let lab: DispatchLab;
  beforeAll(async () => {
    lab = await DispatchLab.open();
  });
  afterAll(() => lab.close());

  it('gives each place the first of all jobs that it may have, free slots and heavy nodes first, until none wants more', async () => {
    let given = 0;
    await fc.assert(
      fc.asyncProperty(anyWorld, async (world) => {
        const model = await build(lab, world);
        for (const { id, nodeId, lane } of await lab.fill()) {
          given += 1;
          const kind = lane.startsWith('gpu') ? 'gpu' : 'cpu';
          const place = model.places().find((one) => one.id === nodeId && one.kind === kind);
          expect(place).toBeDefined();
          if (place === undefined) return;
          expect(model.best(place)).toBe(id);
          const wish = model.wish(place);
          expect(wish).not.toBeNull();
          // Nobody who wants it more goes without.
          for (const other of model.places()) {
            const rank = model.wish(other);
            if (rank === null || model.best(other) === null) continue;
            expect(rank).toBeGreaterThanOrEqual(wish ?? 0);
            if (rank === wish) expect(other.node.weight).toBeLessThanOrEqual(place.node.weight);
          }
          model.waiting.delete(id);
          place.load.queued += 1;
        }
        for (const place of model.places())
          if (model.wish(place) !== null) expect(model.best(place)).toBeNull();
      }),
      { numRuns: 200 },
    );
    // A world in which nobody gets anything proves little.
    expect(given).toBeGreaterThan(50);
  }, 60_000);
});
