import { streamsOf, type MediaInfo } from '#engine/media/media-info.js';
import { routeOf } from '#engine/plan/dolby-vision/route.js';
import type { Profile } from '#engine/profile/schema/index.js';
import type { EntityManager } from 'typeorm';
import { ProjectionEntity } from './projection.entity.js';
import { correctionOf, measure, projectionKey, type ProjectionSample } from './projection.js';

/** What to multiply the projection of a file's new picture by. */
export type Correction = (info: MediaInfo, profile: Profile) => number;

export const NO_CORRECTION: Correction = () => 1;

/** @returns null where there is no picture to be encoded */
export function keyOf(info: MediaInfo, profile: Profile): string | null {
  const [video] = streamsOf(info, 'video');
  const { codec } = routeOf({ info, profile }).profile.video;
  return video === undefined || codec === 'copy' ? null : projectionKey(video, codec);
}

export function correctionFrom(
  rows: readonly Pick<ProjectionEntity, 'key' | 'count' | 'sumLogRatio'>[],
): Correction {
  const byKey = new Map(rows.map((row) => [row.key, correctionOf(row)]));
  return (info, profile) => byKey.get(keyOf(info, profile) ?? '') ?? 1;
}

/** A library's corrections as they are now; there are a few dozen rows at most. */
export async function readCorrection(manager: EntityManager, libraryId: number): Promise<Correction> {
  return correctionFrom(await manager.findBy(ProjectionEntity, { libraryId }));
}

/** Learns from one replaced file. Inside the transaction that writes the history entry. */
export async function countProjection(
  manager: EntityManager,
  libraryId: number,
  key: string,
  sample: ProjectionSample,
): Promise<void> {
  const sums = measure(sample);
  if (sums === null) return;
  await manager.query(
    `INSERT INTO "projection" ("libraryId", "key", "count", "sumLogRatio", "sumAbsError") VALUES (?, ?, ?, ?, ?)
     ON CONFLICT ("libraryId", "key") DO UPDATE SET "count" = "count" + excluded."count",
       "sumLogRatio" = "sumLogRatio" + excluded."sumLogRatio", "sumAbsError" = "sumAbsError" + excluded."sumAbsError"`,
    [libraryId, key, sums.count, sums.sumLogRatio, sums.sumAbsError],
  );
}
