import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { ProfilesService } from '../../profiles/profiles.service.js';
import type { HealthCheck } from '../health-check.js';

/** Every profile file can be read. */
@Injectable()
export class ProfilesValidCheck implements HealthCheck {
  constructor(private readonly profiles: ProfilesService) {}

  async check(): Promise<HealthNotice[]> {
    await this.profiles.refresh();
    return this.profiles
      .list()
      .filter((profile) => !profile.valid)
      .map((profile) => ({
        source: 'ProfilesValid',
        type: 'error',
        message: `profile ${profile.name}: ${profile.errors.join('; ')}. ${
          profile.hash === '' ? 'Libraries that use it wait.' : 'Its last valid version stays in force.'
        }`,
      }));
  }
}
