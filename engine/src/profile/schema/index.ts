import { z } from 'zod';
import { audioProfile, languages } from './audio.js';
import { videoProfile } from './video.js';

export { HIGHEST_CRF, PARAMETERS, TUNES, VIDEO_CODECS, type VideoCodec } from './video.js';

/**
 * The profile language: what a YAML file in `profiles/`, or a `.boilarr.yaml` in a library's folder, may say. Every key
 * has a default, so that the empty file is the default profile. Unknown keys are mistakes.
 */

const subtitleProfile = z
  .strictObject({
    /** only these are kept; empty: all */
    keepLanguages: languages,
    dropLanguages: languages,
    /** forced ones: kept whatever their language, treated like others, or nothing but them kept */
    forced: z.enum(['always', 'as-others', 'only']).default('always'),
    /** `keep`: text stays as it is where the container takes it; else all text becomes this (MP4 and WebM have their own) */
    textFormat: z.enum(['keep', 'srt', 'ass']).default('keep'),
    /** PGS, VobSub, DVB: subtitles that are pictures */
    bitmaps: z.enum(['keep', 'drop']).default('keep'),
    /** subtitles that the container cannot hold: leave the file alone, or drop them with a reason */
    misfits: z.enum(['skip-file', 'drop']).default('skip-file'),
  })
  .prefault({});

/** How wide a range of light is shown; what an encode cannot carry over is left alone unless it may be dropped. */
const hdrProfile = z
  .strictObject({
    hdr10: z.enum(['encode', 'skip']).default('encode'),
    hlg: z.enum(['encode', 'skip']).default('encode'),
    /** `drop` keeps the HDR10 picture and loses the scene-by-scene metadata */
    hdr10Plus: z.enum(['skip', 'drop']).default('skip'),
    /** `drop` keeps the HDR10 or HLG picture below, where there is one */
    dolbyVision: z.enum(['skip', 'drop']).default('skip'),
  })
  .prefault({});

const keepProfile = z
  .strictObject({
    chapters: z.boolean().default(true),
    attachments: z.boolean().default(true),
    coverArt: z.boolean().default(true),
    tags: z.boolean().default(true),
  })
  .prefault({});

const date = z.iso.date().optional();
const percent = (least: number) => z.number().min(least).max(99).default(10);

const actProfile = z
  .strictObject({
    /** video codecs that are good already: such a picture is copied */
    goodVideoCodecs: z.array(z.string().min(1)).default(['av1']),
    /** containers that are good already: a file whose streams are all copied is left alone in these, besides its own */
    goodContainers: z.array(z.enum(['mkv', 'mp4', 'webm'])).default(['mkv', 'mp4', 'webm']),
    /** kbit/s of the video; below this there is nothing to gain */
    minimumBitRate: z.number().int().min(0).default(0),
    /** per cent of the source that the plan must expect to save; below 0 it may grow */
    minimumExpectedSaving: percent(-10),
    /** per cent of the source that the result must have saved, or it is thrown away; below 0 it may grow */
    minimumSaving: percent(-10),
    /** MiB; 0: no limit */
    minimumSize: z.number().min(0).default(0),
    /** MiB; 0: no limit */
    maximumSize: z.number().min(0).default(0),
    /** files last changed before this day (`2015-12-31`, UTC) are left alone */
    modifiedAfter: date,
    /** files last changed on or after this day are left alone */
    modifiedBefore: date,
    /** minutes that one job may take; 0: no limit */
    timeLimitMinutes: z.number().int().min(0).default(0),
    /** seconds without progress after which a tool counts as hung */
    stallSeconds: z.number().int().min(10).max(3600).default(300),
  })
  .prefault({});

/**
 * The least that a result must resemble its source, by the first of vmaf, xpsnr and ssim that has a value here and a
 * filter in the node's ffmpeg; measured at start, middle and end, without film grain.
 */
const verifyProfile = z
  .strictObject({
    minimumVmaf: z.number().min(1).max(100).optional(),
    /** dB */
    minimumXpsnr: z.number().min(10).max(100).optional(),
    minimumSsim: z.number().min(0.1).max(1).optional(),
  })
  .prefault({});

export const profileSchema = z.strictObject({
  description: z.string().max(500).optional(),
  video: videoProfile,
  audio: audioProfile,
  subtitles: subtitleProfile,
  hdr: hdrProfile,
  keep: keepProfile,
  container: z.enum(['mkv', 'mp4', 'webm']).default('mkv'),
  act: actProfile,
  verify: verifyProfile,
});

/** What a folder's `.boilarr.yaml` may say: any part of a profile, and which one it starts from. */
export const folderSchema = profileSchema.extend({
  profile: z
    .string()
    .max(100)
    .regex(/^(?!.*\.ya?ml$)[^./\\][^/\\]*$/i)
    .meta({
      title: 'the name of a profile without folder and ending',
      examples: ['av1-default', 'av1-anime'],
      description: 'The profile to start from here, in place of everything that is said above this folder.',
    })
    .optional(),
});

/** A whole profile, every default filled in. */
export type Profile = z.output<typeof profileSchema>;

/** What a person may write: any part of it. */
export type ProfileInput = z.input<typeof profileSchema>;
