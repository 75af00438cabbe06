import type { VideoStream } from './media-info.js';

export interface PixelFormatFacts {
  bitDepth: number;
  chroma: VideoStream['chroma'];
  /** the old `yuvj` names: full range, said by the pixel format */
  fullRange: boolean;
}

/**
 * Reads bit depth and chroma from ffmpeg's name of a pixel format, such as `yuv420p10le`, `nv12`, `gbrp12le`.
 * @param bitsPerRawSample what ffprobe says beside it; used only where the name tells no depth
 */
export function readPixelFormat(name: string | null, bitsPerRawSample: number | null): PixelFormatFacts {
  const depthOr = (fallback: number) =>
    bitsPerRawSample !== null && bitsPerRawSample >= 8 && bitsPerRawSample <= 16
      ? bitsPerRawSample
      : fallback;
  if (name === null) return { bitDepth: depthOr(8), chroma: 'unknown', fullRange: false };

  const planar = /^yuv(j?)a?(4(?:2[02]|44|40|1[01]))p(\d*)/.exec(name);
  if (planar !== null) {
    const sampling = planar[2] ?? '';
    // 4:1:0 has a quarter of 4:2:0's colour, so that 4:2:0 holds all of it; 4:1:1 and 4:4:0 have theirs elsewhere.
    const chroma =
      sampling === '410'
        ? '420'
        : sampling === '420' || sampling === '422' || sampling === '444'
          ? sampling
          : 'unknown';
    return { bitDepth: planar[3] ? Number(planar[3]) : 8, chroma, fullRange: planar[1] === 'j' };
  }
  const gray = /^(?:gray|ya)(\d*)/.exec(name);
  if (gray !== null) return { bitDepth: gray[1] ? Number(gray[1]) : 8, chroma: '400', fullRange: false };
  if (/^nv(?:12|21)$/.test(name)) return { bitDepth: 8, chroma: '420', fullRange: false };
  const semiPlanar = /^p([024])(10|12|16)/.exec(name);
  if (semiPlanar !== null) {
    const chroma = semiPlanar[1] === '0' ? '420' : semiPlanar[1] === '2' ? '422' : '444';
    return { bitDepth: Number(semiPlanar[2]), chroma, fullRange: false };
  }
  if (/^(?:nv16|yuyv422|uyvy422|yvyu422)$/.test(name))
    return { bitDepth: 8, chroma: '422', fullRange: false };
  if (/^(?:gbr|rgb|bgr|argb|abgr|rgba|bgra|0rgb|0bgr|x2rgb|x2bgr|pal8)/.test(name)) {
    const depth = /p(\d+)/.exec(name);
    return { bitDepth: depth ? Number(depth[1]) : depthOr(8), chroma: 'rgb', fullRange: false };
  }
  return { bitDepth: depthOr(8), chroma: 'unknown', fullRange: false };
}
