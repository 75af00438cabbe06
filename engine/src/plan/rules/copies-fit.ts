import { CONTAINER_NAMES, holdsAudio, holdsVideo } from '../containers.js';
import type { PlanRule } from '../plan.types.js';

export const copiesFit: PlanRule = {
  code: 'codec_does_not_fit',
  evaluate({ info }, plan) {
    for (const stream of info.streams) {
      if (plan.streams.find((entry) => entry.index === stream.index)?.action !== 'copy') continue;
      const fits =
        stream.kind === 'audio'
          ? holdsAudio(info, plan.container, stream.codec)
          : stream.kind !== 'video' || holdsVideo(info, plan.container, stream.codec);
      const container = CONTAINER_NAMES[plan.container];
      if (plan.container === 'webm' && stream.kind === 'video' && stream.hdr.dolbyVision !== null) {
        const message = `Stream ${stream.index} is to be copied, and ${container} has no place for its Dolby Vision.`;
        return { code: this.code, message };
      }
      if (fits) continue;
      const message = `Stream ${stream.index} is to be copied, and ${container} cannot hold its ${stream.codec}.`;
      return { code: this.code, message };
    }
    return null;
  },
};
