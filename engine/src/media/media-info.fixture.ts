import type { AudioStream, MediaInfo, Stream, SubtitleStream, VideoStream } from './media-info.js';

/** Ordinary streams and files for specs; each takes what is special about it. */

const BASE = {
  profile: null,
  language: null,
  title: null,
  disposition: {
    default: false,
    forced: false,
    comment: false,
    hearingImpaired: false,
    visualImpaired: false,
    original: false,
    attachedPicture: false,
  },
  tags: {},
  bitRate: null,
  startSeconds: 0,
  durationSeconds: null,
};

export function videoStream(special: Partial<VideoStream> = {}): VideoStream {
  return {
    ...BASE,
    kind: 'video',
    index: 0,
    codec: 'h264',
    width: 1920,
    height: 1080,
    rotation: 0,
    sampleAspectRatio: { numerator: 1, denominator: 1 },
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    chroma: '420',
    frameRate: { numerator: 24, denominator: 1 },
    averageFrameRate: { numerator: 24, denominator: 1 },
    variableFrameRate: false,
    fieldOrder: 'progressive',
    closedCaptions: false,
    look: null,
    color: { range: null, space: null, transfer: null, primaries: null, chromaLocation: null },
    hdr: { format: 'sdr', masteringDisplay: null, contentLight: null, dolbyVision: null, hdr10Plus: false },
    bitRate: 8_000_000,
    ...special,
  };
}

export function audioStream(special: Partial<AudioStream> = {}): AudioStream {
  return {
    ...BASE,
    kind: 'audio',
    index: 1,
    codec: 'ac3',
    channels: 6,
    channelLayout: '5.1(side)',
    sampleRate: 48_000,
    lossless: false,
    objectBased: false,
    bitRate: 640_000,
    ...special,
  };
}

export function subtitleStream(special: Partial<SubtitleStream> = {}): SubtitleStream {
  return { ...BASE, kind: 'subtitle', index: 2, codec: 'subrip', format: 'text', ...special };
}

export function streamOf(kind: 'cover' | 'attachment' | 'data', index: number): Stream {
  if (kind === 'cover') return { ...BASE, kind, index, codec: 'mjpeg', width: 600, height: 800 };
  if (kind === 'attachment') {
    return { ...BASE, kind, index, codec: 'ttf', fileName: 'font.ttf', mimeType: 'font/ttf', size: 10 };
  }
  return { ...BASE, kind, index, codec: 'bin_data', codecTag: null };
}

/** A Matroska film of 100 minutes and 6.5 GB. */
export function mediaInfo(
  streams: Stream[] = [videoStream(), audioStream()],
  container: Partial<MediaInfo['container']> = {},
): MediaInfo {
  return {
    container: {
      formatNames: ['matroska', 'webm'],
      size: 6_500_000_000,
      durationSeconds: 6000,
      startSeconds: 0,
      bitRate: 8_666_667,
      tags: {},
      ...container,
    },
    streams,
    chapters: [],
  };
}
