import { Injectable } from '@nestjs/common';
import type { HealthNotice } from '#contracts';
import { DataSource } from 'typeorm';
import { ProfilesService } from '../../profiles/profiles.service.js';
import type { HealthCheck } from '../health-check.js';

const source = 'ProfilesValid';

/** Every profile file can be read, and every folder's own as the last scan found it. */
@Injectable()
export class ProfilesValidCheck implements HealthCheck {
  constructor(
    private readonly profiles: ProfilesService,
    private readonly dataSource: DataSource,
  ) {}

  async check(): Promise<HealthNotice[]> {
    await this.profiles.refresh();
    const named = this.profiles
      .list()
      .filter((profile) => !profile.valid)
      .map((profile): HealthNotice => {
        const consequence =
          profile.hash === '' ? 'Libraries that use it wait.' : 'Its last valid version stays in force.';
        return {
          source,
          type: 'error',
          message: told(`profile ${profile.name}`, profile.errors, consequence),
        };
      });
    return [...named, ...(await this.folders())];
  }

  private async folders(): Promise<HealthNotice[]> {
    const rows = await this.dataSource.manager.query<
      { library: string; errors: string; validText: string | null }[]
    >(
      `SELECT l."name" AS "library", p."errors", p."validText" FROM "folder_profile" p
       JOIN "library" l ON l."id" = p."libraryId" WHERE p."errors" <> '[]' ORDER BY l."name", p."directory"`,
    );
    return rows.map(({ library, errors, validText }) => {
      const consequence =
        validText === null
          ? 'Its folder has the profile of the folder above.'
          : 'Its last valid version stays in force.';
      const message = told(`library ${library}`, JSON.parse(errors) as string[], consequence);
      return { source, type: 'error', message };
    });
  }
}

function told(where: string, errors: readonly string[], consequence: string): string {
  const said = errors.join('; ');
  return `${where}: ${said}${/[.?!]$/.test(said) ? '' : '.'} ${consequence}`;
}
