import type { Stream } from '#engine/media/media-info.js';
import type { AudioEncode, StreamPlan, VideoEncode } from '#engine/plan/plan.types.js';

const CODECS: Readonly<Record<string, string>> = {
  av1: 'AV1',
  hevc: 'HEVC',
  h264: 'H.264',
  opus: 'Opus',
  aac: 'AAC',
};

function listed(...parts: (string | null | false)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(', ');
}

/** A stream of the source in a few words, such as `audio: ac3, 6 channels, eng`. */
export function sourceText(stream: Stream): string {
  const { kind, codec, language, title } = stream;
  const shape =
    stream.kind === 'video' || stream.kind === 'cover'
      ? `${stream.width}x${stream.height}`
      : stream.kind === 'audio'
        ? `${stream.channels} ${stream.channels === 1 ? 'channel' : 'channels'}`
        : stream.kind === 'attachment'
          ? stream.fileName
          : null;
  const rate = stream.bitRate === null ? null : `${Math.round(stream.bitRate / 1000)} kbit/s`;
  return `${kind}: ${listed(codec, shape, rate, language, title === null ? null : JSON.stringify(title))}`;
}

function videoText(video: VideoEncode): string {
  const { codec, quality, preset, tune, filmGrain, filmGrainDenoise, pixelFormat, filters, encoder } = video;
  return listed(
    CODECS[codec] ?? codec,
    encoder === 'software' ? null : `encoder ${encoder}`,
    'crf' in quality ? `crf ${quality.crf}` : `${quality.bitRate} kbit/s`,
    `preset ${preset}`,
    tune === 'default' ? null : `tune ${tune}`,
    filmGrain > 0 && `film grain ${filmGrain}${filmGrainDenoise ? ' with the old one removed' : ''}`,
    `${video.width}x${video.height}`,
    pixelFormat,
    ...filters,
  );
}

export function audioText({ codec, bitRate, channelLayout }: AudioEncode): string {
  return listed(CODECS[codec] ?? codec, `${bitRate} kbit/s`, channelLayout);
}

/** What becomes of a stream, such as `Opus, 288 kbit/s, 5.1`. */
export function outcomeText(plan: StreamPlan): string {
  switch (plan.action) {
    case 'encode-video':
      return videoText(plan.video);
    case 'encode-audio':
      return audioText(plan.audio);
    case 'convert-subtitle':
      return plan.format;
    case 'convert-dolby-vision':
      return 'the same picture, as Dolby Vision Profile 8.1';
    case 'copy':
      return 'stays as it is';
    case 'drop':
      return 'is left out';
  }
}
