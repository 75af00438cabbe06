import type { PictureLook, VideoStream } from '../media/media-info.js';

/** How the picture's fields belong together: what a look at it told, else what the headers claim. */
export function scanOf(video: VideoStream): Exclude<PictureLook['scan'], 'unclear'> {
  if (video.look !== null && video.look.scan !== 'unclear') return video.look.scan;
  return video.fieldOrder === 'interlaced' ? 'interlaced' : 'progressive';
}
