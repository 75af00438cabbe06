import type { Pipeline } from '../pipeline/step.js';
import { compress } from './compress/index.js';
import { dolbyVision } from './dolby-vision/index.js';
import { standard } from './standard/index.js';

/** Everything that a node can be asked to do. */
export const PIPELINES: readonly Pipeline[] = [compress, dolbyVision, standard];
