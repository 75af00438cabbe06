import { Initial1763700000000 } from './1763700000000-initial.js';
import { ProfilesByFolder1763800000000 } from './1763800000000-profiles-by-folder.js';
import { NothingIsLost1763900000000 } from './1763900000000-nothing-is-lost.js';
import { RemoteNodes1764000000000 } from './1764000000000-remote-nodes.js';
import { JournalCleanup1764100000000 } from './1764100000000-journal-cleanup.js';

/** Oldest first. A migration that has been released is never changed. */
export const MIGRATIONS = [
  Initial1763700000000,
  ProfilesByFolder1763800000000,
  NothingIsLost1763900000000,
  RemoteNodes1764000000000,
  JournalCleanup1764100000000,
];
