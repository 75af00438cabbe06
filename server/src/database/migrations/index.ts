import { Initial1763700000000 } from './1763700000000-initial.js';

/** Oldest first. A migration that has been released is never changed. */
export const MIGRATIONS = [Initial1763700000000];
