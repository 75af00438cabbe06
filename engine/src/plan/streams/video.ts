import type { VideoStream } from '../../media/media-info.js';
import type { Profile, VideoCodec } from '../../profile/schema/index.js';
import { grainFor } from '../film-grain.js';
import { framesPerSecond } from '../frame-rates.js';
import { fitPicture } from '../picture-fit.js';
import type { StreamPlan, VideoEncode } from '../plan.types.js';
import { scanOf } from '../scan-type.js';

const NAMES: Record<VideoCodec, string> = { av1: 'AV1', hevc: 'HEVC', h264: 'H.264' };

/** Makes progressive frames of interlaced ones; null when there is nothing to be done. */
function deinterlacer(
  stream: VideoStream,
  profile: Profile,
): { filter: string; framesPerFrame: 1 | 2 } | null {
  const policy = profile.video.interlaced;
  if (scanOf(stream) !== 'interlaced' || policy === 'skip') return null;
  const eachField = policy === 'deinterlace';
  // What could not tell whether there are fields did not tell their order either: the frames' own flags do.
  const told = stream.look?.scan === 'interlaced' ? stream.look : null;
  const parity = told === null ? 'auto' : told.topFieldFirst ? 'tff' : 'bff';
  return {
    filter: `bwdif=mode=${eachField ? 'send_field' : 'send_frame'}:parity=${parity}:deint=all`,
    framesPerFrame: eachField ? 2 : 1,
  };
}

function videoEncode(stream: VideoStream, profile: Profile, codec: VideoCodec): VideoEncode {
  const { video } = profile;
  const fit = fitPicture(stream, video.maximumHeight);
  const deinterlace = deinterlacer(stream, profile);
  const framesPerFrame = deinterlace?.framesPerFrame ?? 1;
  const filters = [...(deinterlace === null ? [] : [deinterlace.filter]), ...fit.filters];
  // Unasked, a change of pixel format squeezes full range into limited, whatever the output then claims.
  if (stream.color.range === 'pc')
    filters.push('scale=in_range=pc:out_range=pc', `format=${video.pixelFormat}`);
  const wanted = video.filmGrain === 'auto' ? grainFor(stream.look?.noise ?? null) : video.filmGrain;
  return {
    codec,
    encoder: video.encoder,
    fallback: video.fallback,
    quality: video.bitRate > 0 ? { bitRate: video.bitRate } : { crf: video.crf },
    preset: video.preset,
    tune: video.tune,
    parameters: video.parameters,
    filmGrain: codec === 'av1' ? wanted : 0,
    filmGrainDenoise: video.filmGrainDenoise,
    pixelFormat: video.pixelFormat,
    keyframeInterval: Math.max(
      1,
      Math.round(video.keyframeSeconds * framesPerSecond(stream) * framesPerFrame),
    ),
    filters,
    framesPerFrame,
    width: fit.width,
    height: fit.height,
  };
}

function describe(stream: VideoStream, profile: Profile, video: VideoEncode): string {
  const quality = 'crf' in video.quality ? `crf ${video.quality.crf}` : `${video.quality.bitRate} kbit/s`;
  const parts = [
    `${stream.codec} ${stream.width}x${stream.height} becomes ${NAMES[video.codec]} at ${quality}, preset ${video.preset}`,
  ];
  const auto = profile.video.filmGrain === 'auto' && video.codec === 'av1';
  if (auto && stream.look?.noise == null) parts.push('film grain as will be measured');
  else if (auto)
    parts.push(`film grain ${video.filmGrain} for noise of ${stream.look?.noise?.toFixed(2) ?? '?'}`);
  else if (video.filmGrain > 0) parts.push(`film grain ${video.filmGrain}`);
  if (video.framesPerFrame === 2) parts.push('a frame made of each field');
  else if (video.filters.some((filter) => filter.startsWith('bwdif'))) parts.push('deinterlaced');
  if (video.filters.some((filter) => filter.startsWith('scale=w=')))
    parts.push(`${video.width}x${video.height}`);
  return `${parts.join(', ')}.`;
}

export function planVideo(stream: VideoStream, profile: Profile): StreamPlan {
  const { index } = stream;
  const copy = (code: string, message: string): StreamPlan => ({
    index,
    action: 'copy',
    reason: { code, message },
  });
  if (profile.video.codec === 'copy') return copy('video_copied', 'The profile leaves the picture as it is.');
  if (profile.act.goodVideoCodecs.includes(stream.codec))
    return copy('good_codec', `The video is ${stream.codec} already.`);
  const video = videoEncode(stream, profile, profile.video.codec);
  return {
    index,
    action: 'encode-video',
    video,
    reason: { code: 'video_encoded', message: describe(stream, profile, video) },
  };
}
