import type { Reason } from '#contracts';
import type { MediaInfo } from '#engine/media/media-info.js';
import { fileFacts } from '#engine/plan/file-facts.js';
import type { Decision } from '#engine/plan/plan.types.js';
import type { Correction } from '../history/projection.store.js';
import type { LibraryProfiles } from '../profiles/library-profiles.js';
import type { LoadedProfile } from '../profiles/loaded-profile.js';
import type { ScanTools } from './scan-ports.js';

/** What was decided about a file, and with what. */
export interface Decided {
  decision: Decision;
  profile: LoadedProfile;
  correction: number;
}

/** Decides about the files of one library. */
export class Decider {
  constructor(
    private readonly decide: ScanTools['decide'],
    readonly profiles: LibraryProfiles,
    private readonly correction: Correction,
    /** why nothing is to be encoded with a profile, by its hash */
    private readonly repeating: ReadonlyMap<string, Reason>,
  ) {}

  of(file: { directory: string; mtimeNs: string }, info: MediaInfo): Decided {
    const profile = this.profiles.for(file.directory);
    const correction = this.correction(info, profile.profile);
    const decision = this.decide(info, profile.profile, fileFacts(file.mtimeNs, correction));
    const stopped = decision.verdict === 'encode' ? this.repeating.get(profile.hash) : undefined;
    return {
      decision: stopped === undefined ? decision : { verdict: 'skip', reason: stopped },
      profile,
      correction,
    };
  }
}
