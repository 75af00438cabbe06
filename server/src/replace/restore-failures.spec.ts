import { vi } from 'vitest';
import { provesFailures } from '../../../test/support/failure-matrix.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

provesFailures('restore', {
  killed: 150,
  'killed twice': 400,
  undone: 80,
  failed: 400,
  'failed in recovery': 80,
});
