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
      if (fits) continue;
      const container = CONTAINER_NAMES[plan.container];
      const message = `Stream ${stream.index} is to be copied, and ${container} cannot hold its ${stream.codec}.`;
      return { code: this.code, message };
    }
    return null;
  },
};
