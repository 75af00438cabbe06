import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEADS_SQL, LotHeads } from './lot-heads.js';
import { DispatchLab } from './testing/dispatch-lab.js';

describe('LotHeads', () => {
  let lab: DispatchLab;
  beforeAll(async () => {
    lab = await DispatchLab.open();
  });
  afterAll(() => lab.close());

  it('steps into an index for each lot: no table is walked, nothing is sorted', async () => {
    const plan = await lab.dataSource.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${HEADS_SQL}`, ['[1]']);
    const details = plan.map(({ detail }) => detail);
    expect(details.filter((detail) => /SCAN (?!lot VIRTUAL)|TEMP B-TREE/.test(detail))).toEqual([]);
    expect(details.filter((detail) => detail.includes('job_lot_order (lotId=?)'))).toHaveLength(1);
  });

  it('gives all jobs of several lots one after the other in the order of the queue', async () => {
    const anyJob = fc.record({
      libraryId: fc.constantFrom(1, 2, 3),
      front: fc.integer({ min: 0, max: 2 }),
      weight: fc.integer({ min: -1, max: 1 }),
      orderKey: fc.double({ min: -2, max: 2, noNaN: true }).map((key) => Math.round(key * 2) / 2),
      orderText: fc.constantFrom('', 'B', 'a', '\u{ff5e}', '\u{1f600}'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyJob, { maxLength: 12 }), async (jobs) => {
        await lab.clear();
        const lotIds = new Set<number>();
        for (const job of jobs) lotIds.add((await lab.job(job))?.id ?? 0);
        const expected = await lab.dataSource.query<{ id: number }[]>(
          `SELECT "id" FROM "job" ORDER BY "front" DESC, "weight" DESC, "orderKey" DESC, "orderText", "id"`,
        );
        const order = await lab.writer.write(async (manager) => {
          const heads = new LotHeads(manager);
          const ids: number[] = [];
          for (let head = await heads.first(lotIds); head !== null; head = await heads.first(lotIds)) {
            ids.push(head.id);
            await manager.query(`UPDATE "job" SET "state" = 'queued' WHERE "id" = ?`, [head.id]);
            heads.taken(head.lotId);
          }
          return ids;
        });
        expect(order).toEqual(expected.map(({ id }) => id));
      }),
      { numRuns: 100 },
    );
  });
});
