import type { VideoStream } from '../../media/media-info.js';
import type { Profile } from '../../profile/schema/index.js';
import type { StreamPlan, VideoEncode } from '../plan.types.js';
import { framesPerSecond } from '../project-size.js';

const even = (pixels: number) => pixels - (pixels % 2);

/** @returns the picture's size as players show it, after rotation and before any cropping */
function rotatedSize(stream: VideoStream): { width: number; height: number } {
  const { width, height } = stream;
  return stream.rotation === 90 || stream.rotation === 270
    ? { width: height, height: width }
    : { width, height };
}

export function planVideo(stream: VideoStream, profile: Profile): StreamPlan {
  const { index } = stream;
  if (profile.video.codec === 'copy') {
    return {
      index,
      action: 'copy',
      reason: { code: 'video_copied', message: 'The profile leaves the picture as it is.' },
    };
  }
  const { crf, preset, filmGrain, filmGrainDenoise, pixelFormat, keyframeSeconds } = profile.video;
  const rotated = rotatedSize(stream);
  const [width, height] = [even(rotated.width), even(rotated.height)];
  const filters: string[] = [];
  // 4:2:0 cannot have half a pair of pixels; a row or column less is what every encoder would do unasked.
  if (width !== rotated.width || height !== rotated.height) filters.push(`crop=${width}:${height}:0:0`);
  // Unasked, a change of pixel format squeezes full range into limited, whatever the output then claims.
  if (stream.color.range === 'pc') filters.push('scale=in_range=pc:out_range=pc', `format=${pixelFormat}`);
  const video: VideoEncode = {
    codec: profile.video.codec,
    encoder: profile.video.encoder,
    fallback: profile.video.fallback,
    quality: profile.video.bitRate > 0 ? { bitRate: profile.video.bitRate } : { crf },
    preset,
    tune: profile.video.tune,
    parameters: profile.video.parameters,
    filmGrain: filmGrain === 'auto' ? 0 : filmGrain,
    filmGrainDenoise,
    pixelFormat,
    keyframeInterval: Math.max(1, Math.round(keyframeSeconds * framesPerSecond(stream))),
    filters,
    framesPerFrame: 1,
    width,
    height,
  };
  const grain = video.filmGrain > 0 ? ` with film grain ${filmGrain}` : '';
  const message = `${stream.codec} ${stream.width}x${stream.height} becomes AV1 at crf ${crf}, preset ${preset}${grain}.`;
  return { index, action: 'encode-video', video, reason: { code: 'video_encoded', message } };
}
