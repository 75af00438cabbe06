import type { JobOrder } from '#contracts';

/** What a job's place among others of its library's weight is worked out from. */
export interface OrderFacts {
  /** path inside the library */
  path: string;
  /** bytes */
  size: number;
  mtimeNs: string;
  /** bytes */
  expectedSaving: number | null;
}

/** @returns the columns that the queue is sorted by: `key` from large to small, then `text` from a to z */
export function orderColumns(order: JobOrder, facts: OrderFacts): { key: number; text: string } {
  switch (order) {
    case 'expectedSaving':
      return { key: facts.expectedSaving ?? 0, text: '' };
    case 'largest':
      return { key: facts.size, text: '' };
    case 'oldest':
      return { key: -Number(facts.mtimeNs) / 1e6, text: '' };
    case 'newest':
      return { key: Number(facts.mtimeNs) / 1e6, text: '' };
    case 'name':
      return { key: 0, text: facts.path };
  }
}

/** The same as SQL over `media_file f`, so that a library of a million files is sorted anew in one statement. */
export const ORDER_SQL: Readonly<Record<JobOrder, { key: string; text: string }>> = {
  expectedSaving: { key: 'COALESCE(f."expectedSaving", 0)', text: `''` },
  largest: { key: 'f."size"', text: `''` },
  oldest: { key: '-(CAST(f."mtimeNs" AS REAL) / 1e6)', text: `''` },
  newest: { key: 'CAST(f."mtimeNs" AS REAL) / 1e6', text: `''` },
  name: {
    key: '0',
    text: `CASE f."directory" WHEN '' THEN f."name" ELSE f."directory" || '/' || f."name" END`,
  },
};
