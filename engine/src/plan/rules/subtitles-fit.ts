import { streamsOf } from '../../media/media-info.js';
import { CONTAINER_NAMES, subtitleWay } from '../containers.js';
import { isWanted } from '../streams/subtitle.js';
import type { SourceRule } from '../plan.types.js';

export const subtitlesFit: SourceRule = {
  code: 'subtitles_do_not_fit',
  evaluate({ info, profile }) {
    if (profile.subtitles.misfits === 'drop') return null;
    const stream = streamsOf(info, 'subtitle').find(
      (entry) => isWanted(entry, profile) && subtitleWay(info, profile, entry) === null,
    );
    if (stream === undefined) return null;
    const message = `${CONTAINER_NAMES[profile.container]} cannot hold subtitle stream ${stream.index} (${stream.codec}); subtitles.misfits: drop leaves it out.`;
    return { code: this.code, message };
  },
};
