import { compress } from '#engine/pipelines/compress/index.js';
import type { Profile } from '#engine/profile/schema/index.js';
import { runFilm, type FilmResult } from '../run-film.js';

export type CaseResult = FilmResult;

/** Runs a file through the steps of a real job on this machine, as a node would, with nobody to report to. */
export async function runCase(
  source: string,
  folder: string,
  profile: Profile,
  profileName: string,
): Promise<CaseResult> {
  return runFilm(compress, { source, folder, profile, profileName });
}
