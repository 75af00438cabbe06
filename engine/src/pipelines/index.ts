import type { Pipeline } from '../pipeline/step.js';
import { compress } from './compress/index.js';

/** Everything that a node can be asked to do. */
export const PIPELINES: readonly Pipeline[] = [compress];
