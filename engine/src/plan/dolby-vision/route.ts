import type { Reason } from '#contracts';
import { streamsOf, type VideoStream } from '../../media/media-info.js';
import { profileSchema, type Profile } from '../../profile/schema/index.js';
import type { DolbyVisionKind, DolbyVisionWork, FilmPipeline, RuleContext } from '../plan.types.js';
import { KIND_NAMES, kindOf } from './kind.js';

type Way = 'convert' | 'reencode' | 'keep' | 'skip';

/** Which pipeline a file goes to, and the profile that it is planned with there. */
export interface Route {
  pipeline: FilmPipeline;
  dolbyVision: DolbyVisionWork | null;
  profile: Profile;
}

/** Everything but the picture as it is. */
const AS_IS = profileSchema.parse({ audio: { codec: 'copy' } });

const refuse = (message: string): Reason => ({ code: 'dolby_vision', message });

/** What the map says of a kind; null: nothing. Where nobody knows the layer, what needs a closer look comes first. */
function wayOf(kind: DolbyVisionKind, map: Profile['dolbyVision']): Way | null {
  if (kind === 'other') return null;
  if (kind !== 'profile7') return map[kind] ?? null;
  const both = [map.profile7Mel, map.profile7Fel].filter((way) => way !== undefined);
  return both.find((way) => way === 'convert' || way === 'reencode') ?? both[0] ?? null;
}

function pictureOf({ info }: RuleContext): { video: VideoStream | undefined; kind: DolbyVisionKind | null } {
  const video = streamsOf(info, 'video')[0];
  const record = video?.hdr.dolbyVision ?? null;
  return { video, kind: record === null ? null : kindOf(record) };
}

/** @returns why the profile's `dolbyVision` leaves the file alone; null when it does not */
export function dolbyVisionObjection(context: RuleContext): Reason | null {
  const { video, kind } = pictureOf(context);
  if (video === undefined) return null;
  const { dolbyVision: map } = context.profile;
  if (kind === null)
    return map.others === 'skip'
      ? {
          code: 'no_dolby_vision',
          message:
            'The video has no Dolby Vision, and the profile leaves such files alone (dolbyVision.others).',
        }
      : null;
  const way = wayOf(kind, map);
  if (way === 'skip') return refuse(`The video is ${KIND_NAMES[kind]}, which the profile leaves alone.`);
  if (kind === 'profile7Fel' && (way === 'convert' || way === 'reencode') && !map.allowFelLoss)
    return {
      code: 'fel_without_consent',
      message:
        'The video is Dolby Vision Profile 7 with a full enhancement layer (FEL), whose picture data Profile 8.1 cannot ' +
        'hold and would lose; dolbyVision.allowFelLoss: true agrees to that.',
    };
  return null;
}

/** The profile of a new picture by x265, everything else as it is. */
function reencodeProfile(profile: Profile, isHdr: boolean): Profile {
  const { crf, preset } = profile.dolbyVision;
  return {
    ...copyProfile(profile),
    video: {
      ...AS_IS.video,
      codec: 'hevc',
      crf,
      preset,
      filmGrain: 0,
      pixelFormat: isHdr ? 'yuv420p10le' : profile.video.pixelFormat,
      highChroma: profile.video.highChroma,
      interlaced: profile.video.interlaced,
      closedCaptions: profile.video.closedCaptions,
      keyframeSeconds: profile.video.keyframeSeconds,
    },
    act: { ...profile.act, goodVideoCodecs: [], minimumBitRate: 0 },
  };
}

function copyProfile(profile: Profile): Profile {
  return {
    ...profile,
    container: 'mkv',
    video: { ...AS_IS.video, codec: 'copy' },
    audio: AS_IS.audio,
    subtitles: AS_IS.subtitles,
    keep: { ...AS_IS.keep, cameraData: profile.keep.cameraData },
  };
}

/** Where a file goes that nothing has objected to. */
export function routeOf(context: RuleContext): Route {
  const { profile } = context;
  const { video, kind } = pictureOf(context);
  const rest: Route = { pipeline: 'compress', dolbyVision: null, profile };
  if (video === undefined) return rest;
  if (kind === null) {
    if (profile.dolbyVision.others !== 'reencode') return rest;
    return {
      pipeline: 'standard',
      dolbyVision: null,
      profile: reencodeProfile(profile, video.hdr.format !== 'sdr'),
    };
  }
  switch (wayOf(kind, profile.dolbyVision)) {
    case 'keep':
      return { ...rest, profile: { ...profile, video: { ...profile.video, codec: 'copy' } } };
    case 'convert':
      return {
        pipeline: 'dolby_vision',
        dolbyVision: { kind, way: 'convert', compatibilityId: 1 },
        profile: copyProfile(profile),
      };
    case 'reencode':
      return {
        pipeline: 'dolby_vision',
        dolbyVision: { kind, way: 'reencode', compatibilityId: kind === 'profile84' ? 4 : 1 },
        profile: reencodeProfile(profile, true),
      };
    default:
      return rest;
  }
}
