import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Git-ignored: the pinned Node, the stamps of the builds, the lock and the log of the set-up. */
export const RUNTIME = path.join(ROOT, '.runtime');
