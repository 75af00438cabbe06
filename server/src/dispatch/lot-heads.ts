import type { EntityManager } from 'typeorm';
import { WAITS } from '../jobs/job.entity.js';

/** What decides on which of two waiting jobs goes first. */
export interface Head {
  lotId: number;
  id: number;
  front: number;
  weight: number;
  orderKey: number;
  orderText: string;
}

/** Bytes, as SQLite's `BINARY` has it: JavaScript's own comparison of two texts is by UTF-16. */
const compareText = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Below 0 when `a` goes first; the same order as that of HEADS_SQL. */
function compareHeads(a: Head, b: Head): number {
  return (
    b.front - a.front ||
    b.weight - a.weight ||
    b.orderKey - a.orderKey ||
    compareText(a.orderText, b.orderText) ||
    a.id - b.id
  );
}

/** The first waiting job of each lot: one step into an index a lot, however many jobs it has. */
export const HEADS_SQL = `SELECT job."lotId", job."id", job."front", job."weight", job."orderKey", job."orderText"
  FROM json_each(?) AS lot JOIN "job" AS job ON job."id" = (
    SELECT "id" FROM "job" INDEXED BY "job_lot_order" WHERE "lotId" = lot."value" AND ${WAITS}
    ORDER BY "front" DESC, "weight" DESC, "orderKey" DESC, "orderText", "id" LIMIT 1)`;

/** The waiting jobs that go first, lot by lot; read when first asked for, and again when one has been taken. */
export class LotHeads {
  private readonly heads = new Map<number, Head | null>();

  constructor(private readonly manager: EntityManager) {}

  /** The one of several lots' jobs that goes first. */
  async first(lotIds: Iterable<number>): Promise<Head | null> {
    await this.read([...lotIds].filter((id) => !this.heads.has(id)));
    let first: Head | null = null;
    for (const id of lotIds) {
      const head = this.heads.get(id) ?? null;
      if (head !== null && (first === null || compareHeads(head, first) < 0)) first = head;
    }
    return first;
  }

  /** Its first job no longer waits. */
  taken(lotId: number): void {
    this.heads.delete(lotId);
  }

  private async read(lotIds: readonly number[]): Promise<void> {
    if (lotIds.length === 0) return;
    for (const id of lotIds) this.heads.set(id, null);
    const rows = await this.manager.query<Head[]>(HEADS_SQL, [JSON.stringify(lotIds)]);
    for (const row of rows) this.heads.set(row.lotId, row);
  }
}
