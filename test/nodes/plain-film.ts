import { cached, ffmpeg, REAL } from '../support/media.js';

/**
 * Twenty-two seconds of a small picture alone, which take one core some seconds to encode. As VP8, which nobody ever interlaced: such a
 * source is not looked at before its encode.
 */
export function plainFilm(): Promise<string> {
  return cached('bunny-plain-22.mkv', (file) =>
    ffmpeg(
      ...['-ss', '8', '-t', '22', '-i', REAL.bunny, '-an', '-vf', 'scale=320:180'],
      ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '4M', file],
    ),
  );
}
