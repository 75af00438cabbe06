import type { Reason } from '#contracts';
import type { MediaInfo } from '#engine/media/media-info.js';
import type { Decision, FileFacts, Plan } from '#engine/plan/plan.types.js';
import type { Profile } from '#engine/profile/schema/index.js';
import type { EntityManager } from 'typeorm';
import type { MediaFileEntity } from '../files/media-file.entity.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import type { LoadedProfile, NamedProfiles } from '../profiles/loaded-profile.js';
import type { StartWalk } from './walk/walk-runner.js';

/** What a scan needs of the jobs. */
export interface ScanJobs {
  enqueueFilm(
    manager: EntityManager,
    request: {
      library: LibraryEntity;
      file: MediaFileEntity;
      info: MediaInfo;
      plan: Plan;
      profile: LoadedProfile;
      /** what the plan's projection was made with */
      correction: number;
    },
  ): Promise<unknown>;
  cancelForFile(manager: EntityManager, fileId: number, reason: Reason): Promise<void>;
}

/** What a scan needs of the profiles. */
export interface ScanProfiles extends NamedProfiles {
  refresh(): Promise<void>;
}

/** What a scan does to media files, and how it walks; specs put their own in place. */
export interface ScanTools {
  startWalk: StartWalk;
  /** @throws ToolError */
  probe: (path: string, options: { timeoutMs: number; signal?: AbortSignal }) => Promise<MediaInfo>;
  /** @throws the file system's error */
  hash: (path: string) => Promise<string>;
  decide: (info: MediaInfo, profile: Profile, file: FileFacts) => Decision;
}

export interface ScannerSettings {
  /** probes at once, in one scan */
  probes: number;
  /** ms that one probe may take */
  probeTimeoutMs: number;
  /** scans at once; further ones wait their turn */
  scans: number;
}
