import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobOrder } from '#contracts';
import { createDataSource } from '../database/data-source.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { ORDER_SQL, orderColumns } from './job-order.js';

const ORDERS: readonly JobOrder[] = ['expectedSaving', 'largest', 'oldest', 'newest', 'name'];

const file = fc.record({
  directory: fc.constantFrom('', 'a', 'a/b', 'ä'),
  name: fc
    .string({ minLength: 1, maxLength: 8 })
    .filter((name) => !name.includes('\0') && name.isWellFormed()),
  size: fc.nat({ max: 2 ** 45 }),
  mtimeNs: fc.bigInt({ min: -(10n ** 18n), max: 2n * 10n ** 18n }).map(String),
  expectedSaving: fc.option(fc.nat({ max: 2 ** 45 })),
});

describe('ORDER_SQL', () => {
  it('sorts like orderColumns', async () => {
    const dataSource = createDataSource(':memory:');
    await dataSource.initialize();
    await dataSource.runMigrations();
    await fc.assert(
      fc.asyncProperty(file, fc.constantFrom(...ORDERS), async (facts, order) => {
        await dataSource.manager.clear(MediaFileEntity);
        await dataSource.manager.insert(MediaFileEntity, {
          ...facts,
          libraryId: 1,
          inode: '',
          status: 'new',
          updatedAt: 0,
        });
        const sql = ORDER_SQL[order];
        const [row] = await dataSource.query<{ key: number; text: string }[]>(
          `SELECT ${sql.key} AS key, ${sql.text} AS text FROM "media_file" f`,
        );
        const path = facts.directory === '' ? facts.name : `${facts.directory}/${facts.name}`;
        const expected = orderColumns(order, { path, ...facts });
        expect(row?.text).toBe(expected.text);
        expect(row?.key).toBeCloseTo(expected.key, 0);
      }),
      { numRuns: 100 },
    );
    await dataSource.destroy();
  });
});
