import type { JobState } from '#contracts';

/** How long a lease lives without a heartbeat. */
export const LEASE_SECONDS = 60;

/**
 * States in which a lease can run out. What has been delivered is the server's alone, however long it waits for its turn; a
 * heartbeat that crossed with its delivery must not make it look held.
 */
export const HELD_STATES: readonly JobState[] = ['claimed', 'running'];
