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
  /** the picture stays for the sake of its Dolby Vision, whatever the profile makes of others */
  keepsPicture: boolean;
  profile: Profile;
}

/** Everything but the picture as it is. */
const AS_IS = profileSchema.parse({ audio: { codec: 'copy' } });

/**
 * Where nobody knows which layer it is: first what is found out on the way, then what touches least. Of the first two the one
 * that asks more of a node, since both may be wanted there.
 */
const UNTIL_KNOWN: readonly Way[] = ['reencode', 'convert', 'skip', 'keep'];

/** What the map says of a kind; null: nothing. */
function wayOf(kind: DolbyVisionKind, map: Profile['dolbyVision']): Way | null {
  if (kind === 'other') return null;
  if (kind !== 'profile7') return map[kind] ?? null;
  return UNTIL_KNOWN.find((way) => way === map.profile7Mel || way === map.profile7Fel) ?? null;
}

function pictureOf({ info }: Pick<RuleContext, 'info'>): {
  video: VideoStream | undefined;
  kind: DolbyVisionKind | null;
} {
  const video = streamsOf(info, 'video')[0];
  const record = video?.hdr.dolbyVision ?? null;
  return { video, kind: record === null ? null : kindOf(record) };
}

/** What is said of files without Dolby Vision, before anything else is asked. */
function objectionToOther(video: VideoStream, profile: Profile): Reason | null {
  const { others } = profile.dolbyVision;
  if (others === 'skip')
    return {
      code: 'no_dolby_vision',
      message:
        'The video has no Dolby Vision, and the profile leaves such files alone (dolbyVision.others: skip).',
    };
  if (others === 'reencode' && profile.act.goodVideoCodecs.includes(video.codec))
    return { code: 'good_codec', message: `The video is ${video.codec} already.` };
  return null;
}

/** @returns why the profile's `dolbyVision` leaves the file alone; null when it does not */
export function dolbyVisionObjection(context: RuleContext): Reason | null {
  const { video, kind } = pictureOf(context);
  if (video === undefined) return null;
  if (kind === null) return objectionToOther(video, context.profile);
  const { dolbyVision: map } = context.profile;
  const way = wayOf(kind, map);
  if (way === 'skip')
    return {
      code: 'dolby_vision',
      message: `The video is ${KIND_NAMES[kind]}, which the profile leaves alone (dolbyVision: skip).`,
    };
  if (kind === 'profile7Fel' && (way === 'convert' || way === 'reencode') && !map.allowFelLoss)
    return {
      code: 'fel_without_consent',
      message:
        'The video is Dolby Vision Profile 7 with a full enhancement layer (FEL), whose picture data Profile 8.1 cannot ' +
        'hold and would lose; dolbyVision.allowFelLoss: true agrees to that.',
    };
  return null;
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

/** The profile of a new picture by x265, everything else as it is. */
function reencodeProfile(profile: Profile, pixelFormat: Profile['video']['pixelFormat']): Profile {
  const { crf, preset } = profile.dolbyVision;
  const { highChroma, interlaced, closedCaptions, keyframeSeconds } = profile.video;
  return {
    ...copyProfile(profile),
    video: {
      ...AS_IS.video,
      ...{ codec: 'hevc', crf, preset, filmGrain: 0, pixelFormat },
      ...{ highChroma, interlaced, closedCaptions, keyframeSeconds },
    },
    // What is asked for by name is done whatever the codec, also where that is HEVC.
    act: { ...profile.act, goodVideoCodecs: [] },
  };
}

/** Where a file goes that nothing has objected to. */
export function routeOf(context: Pick<RuleContext, 'info' | 'profile'>): Route {
  const { profile } = context;
  const { video, kind } = pictureOf(context);
  const rest: Route = { pipeline: 'compress', dolbyVision: null, keepsPicture: false, profile };
  if (video === undefined) return rest;
  if (kind === null) {
    if (profile.dolbyVision.others !== 'reencode') return rest;
    const isHdr = video.hdr.format !== 'sdr';
    const pixelFormat = isHdr ? 'yuv420p10le' : profile.video.pixelFormat;
    return { ...rest, pipeline: 'standard', profile: reencodeProfile(profile, pixelFormat) };
  }
  switch (wayOf(kind, profile.dolbyVision)) {
    case 'keep':
      return {
        ...rest,
        keepsPicture: true,
        profile: { ...profile, video: { ...profile.video, codec: 'copy' } },
      };
    case 'convert':
      return {
        ...rest,
        pipeline: 'dolby_vision',
        dolbyVision: { kind, way: 'convert', compatibilityId: 1 },
        profile: copyProfile(profile),
      };
    case 'reencode': {
      const reencode = reencodeProfile(profile, 'yuv420p10le');
      return {
        ...rest,
        pipeline: 'dolby_vision',
        dolbyVision: { kind, way: 'reencode', compatibilityId: kind === 'profile84' ? 4 : 1 },
        // What hdr says is about pictures without Dolby Vision.
        profile: { ...reencode, hdr: { ...reencode.hdr, hdr10: 'encode', hlg: 'encode' } },
      };
    }
    default:
      return rest;
  }
}
