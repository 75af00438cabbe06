import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { DataSource } from 'typeorm';
import { RepeatingProfileEntity } from '../../jobs/repeating-profile.entity.js';
import type { HealthCheck } from '../health-check.js';

/** No profile that is in use would encode its own output again. */
@Injectable()
export class ProfileRepeatsCheck implements HealthCheck {
  constructor(private readonly dataSource: DataSource) {}

  async check(): Promise<HealthNotice[]> {
    // Once the profile is changed, the next scan decides on its files with another hash.
    const rows = await this.dataSource.manager.query<
      Pick<RepeatingProfileEntity, 'profileName' | 'hash' | 'title' | 'message'>[]
    >(
      `SELECT r."profileName", r."hash", r."title", r."message" FROM "repeating_profile" r WHERE EXISTS (
         SELECT 1 FROM "library" l JOIN "media_file" f ON f."libraryId" = l."id"
           AND f."status" IN ('skipped', 'failed') AND f."profileHash" = r."hash")
       ORDER BY r."at"`,
    );
    return rows.map(({ profileName, hash, title, message }) => ({
      source: 'ProfileRepeats',
      type: 'error',
      message:
        `profile ${profileName ?? hash}, file ${title}: ${message.replace(/\.$/, '')}. ` +
        'Nothing more is encoded with this profile until it is changed.',
    }));
  }
}
