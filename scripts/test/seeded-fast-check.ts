import { createRequire } from 'node:module';
import type FastCheck from 'fast-check';

/**
 * fast-check with the seed of PROPERTY_SEED, where that is set: then the cases are the same in each run. Each run has others without it,
 * and those that fail name theirs.
 */
const { default: fc } = createRequire(import.meta.url)('fast-check') as { default: typeof FastCheck };

const seed = process.env['PROPERTY_SEED'] ?? '';
if (seed !== '') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });

export default fc;
