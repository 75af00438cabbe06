import { audioEncoder } from '../../command/audio-args.js';
import { creationTime } from '../../command/date-args.js';
import { videoNeeds, type Needs } from '../../command/encoders/needs.js';
import { encodedTracks } from '../../command/stream-plans.js';
import { isWellKnownLanguage } from '../../media/language.js';
import type { MediaInfo } from '../../media/media-info.js';
import type { Plan, VideoEncode } from '../../plan/plan.types.js';
import type { Profile } from '../../profile/schema/index.js';
import { metricFilters } from '../../verify/metric.js';

/** Needed for any plan of a profile. Where only the profile is known, that is rather too much than too little. */
export function profileNeeds(profile: Profile): Needs {
  const { codec, encoder, fallback, filmGrain, pixelFormat } = profile.video;
  const grain = filmGrain === 'auto' ? 1 : filmGrain;
  const picture =
    codec === 'copy'
      ? { encoders: [], gpuEncoders: [] }
      : videoNeeds({ codec, encoder, fallback, pixelFormat, filmGrain: codec === 'av1' ? grain : 0 });
  return {
    tools: ['ffmpeg', 'ffprobe', 'mkvmerge'],
    encoders: [...picture.encoders, [audioEncoder('opus')]],
    filters: metricFilters(profile),
    gpuEncoders: picture.gpuEncoders,
  };
}

/** What is found out by looking at the picture may add film grain, which decides on the encoder. */
function withGrain(video: VideoEncode, profile: Profile): VideoEncode {
  const isOpen = profile.video.filmGrain === 'auto' && video.codec === 'av1';
  return isOpen ? { ...video, filmGrain: Math.max(1, video.filmGrain) } : video;
}

function toolsFor(info: MediaInfo, plan: Plan): string[] {
  const matroska = plan.container === 'mkv';
  const asksForLanguages = info.streams.some(({ language }) => !isWellKnownLanguage(language));
  const dates = matroska && plan.keep.tags && creationTime(info) !== null;
  return [
    ...['ffmpeg', 'ffprobe'],
    ...(matroska || asksForLanguages ? ['mkvmerge'] : []),
    ...(dates ? ['mkvpropedit'] : []),
  ];
}

/** What a node needs for a plan's job. The same plan always gives the same lists in the same order. */
export function compressNeeds(info: MediaInfo, plan: Plan, profile: Profile): Needs {
  const pictures = plan.streams.flatMap((stream) =>
    stream.action === 'encode-video' ? [videoNeeds(withGrain(stream.video, profile))] : [],
  );
  const sound = new Set(encodedTracks(info, plan).map(({ audio }) => audioEncoder(audio.codec)));
  return {
    tools: toolsFor(info, plan),
    encoders: [...pictures.flatMap(({ encoders }) => encoders), ...[...sound].sort().map((name) => [name])],
    filters: pictures.length === 0 ? [] : metricFilters(profile),
    gpuEncoders: pictures.flatMap(({ gpuEncoders }) => gpuEncoders),
  };
}
