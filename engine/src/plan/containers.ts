import type { MediaInfo, SubtitleStream } from '../media/media-info.js';
import type { Profile } from '../profile/schema/index.js';
import type { Plan, SubtitleFormat } from './plan.types.js';

type Container = Plan['container'];

/** What each container takes as it is, by ffmpeg's codec names. */
const VIDEO: Record<Exclude<Container, 'mkv'>, ReadonlySet<string>> = {
  mp4: new Set(['h264', 'hevc', 'av1', 'vp9', 'mpeg4', 'mpeg2video', 'mpeg1video']),
  webm: new Set(['av1', 'vp8', 'vp9']),
};
const MKV_AUDIO = new Set([
  'aac',
  'ac3',
  'eac3',
  'truehd',
  'mlp',
  'dts',
  'flac',
  'alac',
  'mp2',
  'mp3',
  'vorbis',
  'opus',
  'wavpack',
  'tta',
  'pcm_u8',
  'pcm_s16le',
  'pcm_s24le',
  'pcm_s32le',
  'pcm_f32le',
  'pcm_f64le',
  'wmav1',
  'wmav2',
  'wmapro',
]);
const AUDIO: Record<Container, ReadonlySet<string>> = {
  mkv: MKV_AUDIO,
  // TrueHD in MP4 is experimental in ffmpeg, and few players take it.
  mp4: new Set(['aac', 'ac3', 'eac3', 'dts', 'flac', 'alac', 'mp2', 'mp3', 'opus']),
  webm: new Set(['opus', 'vorbis']),
};
const SUBTITLES: Record<Container, ReadonlySet<string>> = {
  mkv: new Set([
    'subrip',
    'ass',
    'ssa',
    'hdmv_pgs_subtitle',
    'dvd_subtitle',
    'dvb_subtitle',
    'hdmv_text_subtitle',
  ]),
  // mov_text too goes over as text: no other container could carry it to the new file as it is.
  mp4: new Set(),
  webm: new Set(['webvtt']),
};

/** Text that ffmpeg can read; captions inside a picture and teletext need decoders that few builds have. */
const CONVERTIBLE = new Set([
  'subrip',
  'srt',
  'ass',
  'ssa',
  'webvtt',
  'mov_text',
  'text',
  'ttml',
  'stl',
  'microdvd',
  'sami',
  'realtext',
  'subviewer',
  'subviewer1',
  'mpl2',
  'jacosub',
  'pjs',
  'vplayer',
]);
/** ffmpeg's codec names of what text may become in Matroska. */
const FORMAT_CODECS = { srt: 'subrip', ass: 'ass' } as const;
const TEXT_FORMAT = { mkv: 'srt', mp4: 'mov_text', webm: 'webvtt' } as const;

export const CONTAINER_NAMES: Record<Container, string> = { mkv: 'Matroska', mp4: 'MP4', webm: 'WebM' };

/** What the file is already, by the profile's names; nothing for a format that no profile makes. */
export function containersOf(info: MediaInfo): Container[] {
  if (isMatroska(info)) return ['mkv', 'webm'];
  return info.container.formatNames.includes('mp4') ? ['mp4'] : [];
}

/** Matroska and WebM files: what they hold goes over to a new Matroska file without passing through ffmpeg. */
export function isMatroska(info: MediaInfo): boolean {
  return info.container.formatNames.some((name) => name === 'matroska' || name === 'webm');
}

/** ffmpeg writes these into no Matroska file; one that is there already is copied without ffmpeg. */
const NOT_INTO_MKV = new Set(['rv10', 'rv20', 'rv30', 'rv40']);

export function holdsVideo(info: MediaInfo, container: Container, codec: string): boolean {
  if (container === 'mkv') return isMatroska(info) || !NOT_INTO_MKV.has(codec);
  return VIDEO[container].has(codec);
}

export function holdsAudio(info: MediaInfo, container: Container, codec: string): boolean {
  return (container === 'mkv' && isMatroska(info)) || AUDIO[container].has(codec);
}

/** What becomes of a subtitle: copied, converted to a text format, or null when there is no way. */
export function subtitleWay(
  info: MediaInfo,
  profile: Profile,
  stream: SubtitleStream,
): 'copy' | SubtitleFormat | null {
  const { container } = profile;
  const { textFormat } = profile.subtitles;
  if (container === 'mkv' && textFormat !== 'keep' && CONVERTIBLE.has(stream.codec))
    return stream.codec === FORMAT_CODECS[textFormat] ? 'copy' : textFormat;
  if (container === 'mkv' && isMatroska(info)) return 'copy';
  if (SUBTITLES[container].has(stream.codec)) return 'copy';
  return CONVERTIBLE.has(stream.codec) ? TEXT_FORMAT[container] : null;
}
