import type { HealthNotice } from '#contracts';

/** One thing that can be wrong with an installation, and how a person is told. */
export interface HealthCheck {
  /** @returns nothing when all is well */
  check(): Promise<HealthNotice[]> | HealthNotice[];
}

/** All checks; each is a provider of this token's list. */
export const HEALTH_CHECKS = Symbol('HEALTH_CHECKS');
