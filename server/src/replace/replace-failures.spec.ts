import { vi } from 'vitest';
import { provesFailures } from '../../../test/support/failure-matrix.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

provesFailures('replace', {
  killed: 90,
  'killed twice': 200,
  undone: 100,
  failed: 500,
  'failed in recovery': 90,
});
