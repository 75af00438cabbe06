import { z } from 'zod';
import { audioProfile, codecName, dropLanguages, keepLanguages } from './audio.js';
import { dolbyVisionProfile } from './dolby-vision.js';
import { videoProfile } from './video.js';

export { ENCODERS, HIGHEST_CRF, PARAMETERS, TUNES, VIDEO_CODECS, type VideoCodec } from './video.js';

/**
 * The profile language: what a YAML file in `profiles/`, or a `.boilarr.yaml` in a library's folder, may say. Every key
 * has a default, so that the empty file is the default profile. Unknown keys are mistakes.
 */

const subtitleProfile = z
  .strictObject({
    keepLanguages: keepLanguages('subtitles'),
    dropLanguages: dropLanguages('Subtitles'),
    forced: z
      .enum(['always', 'as-others', 'only'])
      .default('always')
      .describe(
        'Subtitles that are marked as forced: always keeps them whatever their language, as-others treats them like ' +
          'the others, only keeps nothing but them.',
      ),
    textFormat: z
      .enum(['keep', 'srt', 'ass'])
      .default('keep')
      .describe(
        'keep leaves text as it is where the container takes it; srt or ass turns all text into this. MP4 and WebM ' +
          'have their own.',
      ),
    bitmaps: z
      .enum(['keep', 'drop'])
      .default('keep')
      .describe('Subtitles that are pictures: PGS, VobSub, DVB.'),
    misfits: z
      .enum(['skip-file', 'drop'])
      .default('skip-file')
      .describe('Subtitles that the container cannot hold: leave the whole file alone, or leave them out.'),
  })
  .prefault({})
  .describe('What becomes of the subtitles.');

/** How wide a range of light is shown; what an encode cannot carry over is left alone unless it may be dropped. */
const hdrProfile = z
  .strictObject({
    hdr10: z
      .enum(['encode', 'skip'])
      .default('encode')
      .describe('Films in HDR10: encode them as HDR10, or leave the file alone.'),
    hlg: z
      .enum(['encode', 'skip'])
      .default('encode')
      .describe('Films in HLG: encode them as HLG, or leave the file alone.'),
    hdr10Plus: z
      .enum(['skip', 'drop'])
      .default('skip')
      .describe(
        'Films in HDR10+: leave the file alone, or keep the HDR10 picture and drop the scene-by-scene metadata.',
      ),
    dolbyVision: z
      .enum(['skip', 'drop'])
      .default('skip')
      .describe(
        'Films in Dolby Vision of a kind that dolbyVision does not name: leave the file alone, or keep the HDR10 or HLG picture below, where there is one.',
      ),
  })
  .prefault({})
  .describe('What becomes of a picture with a high dynamic range.');

const keepProfile = z
  .strictObject({
    chapters: z.boolean().default(true).describe('Keep the chapters.'),
    attachments: z.boolean().default(true).describe('Keep attached files, such as the fonts of subtitles.'),
    coverArt: z.boolean().default(true).describe('Keep pictures of the cover.'),
    tags: z.boolean().default(true).describe('Keep the tags of the file, such as its title.'),
    cameraData: z
      .enum(['skip-file', 'drop'])
      .default('skip-file')
      .describe(
        'Places and movements that a camera recorded in a stream of its own, which no other file can hold: leave the ' +
          'file alone, or lose them.',
      ),
  })
  .prefault({})
  .describe('What is carried over besides picture, sound and subtitles.');

const date = z.iso.date().optional();
const percent = z.number().min(-10).max(99).default(10);

const actProfile = z
  .strictObject({
    goodVideoCodecs: z
      .array(codecName('av1', 'hevc'))
      .default(['av1'])
      .describe("Video codecs, by ffmpeg's names, that are good already: such a picture is copied."),
    goodContainers: z
      .array(z.enum(['mkv', 'mp4', 'webm']))
      .default(['mkv', 'mp4', 'webm'])
      .describe(
        "Containers that are good already: a file whose streams are all copied is left alone in these, and in the profile's own.",
      ),
    minimumBitRate: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe('kbit/s of the video; below this there is nothing to gain. 0: any.'),
    minimumExpectedSaving: percent.describe(
      'Per cent of the source that must be expected to be saved before a job starts; below 0 the file may grow.',
    ),
    minimumSaving: percent.describe(
      'Per cent of the source that the result must have saved, or it is thrown away; below 0 the file may grow.',
    ),
    minimumSize: z.number().min(0).default(0).describe('MiB; smaller files are left alone. 0: no limit.'),
    maximumSize: z.number().min(0).default(0).describe('MiB; larger files are left alone. 0: no limit.'),
    modifiedAfter: date.describe(
      'Files last changed before this day are left alone, such as 2015-12-31 (UTC).',
    ),
    modifiedBefore: date.describe(
      'Files last changed on or after this day are left alone, such as 2025-01-01 (UTC).',
    ),
    timeLimitMinutes: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe('Minutes that one job may take. 0: no limit.'),
    stallSeconds: z
      .number()
      .int()
      .min(10)
      .max(3600)
      .default(300)
      .describe('Seconds without progress after which a tool counts as hung and is ended.'),
  })
  .prefault({})
  .describe('Which files are worth a job, and what it must bring.');

/**
 * The least that a result must resemble its source, by the first of vmaf, xpsnr and ssim that has a value here and a
 * filter in the node's ffmpeg; measured at start, middle and end, without film grain.
 */
const verifyProfile = z
  .strictObject({
    minimumVmaf: z.number().min(1).max(100).optional().describe('VMAF, 1 to 100; 93 and more looks alike.'),
    minimumXpsnr: z.number().min(10).max(100).optional().describe('XPSNR in dB.'),
    minimumSsim: z.number().min(0.1).max(1).optional().describe('SSIM, 0.1 to 1.'),
  })
  .prefault({})
  .describe(
    'The least that a result must resemble its source, or it is thrown away: the first of these that has a value ' +
      "here and that the node's ffmpeg can measure, at start, middle and end, without film grain.",
  );

export const profileSchema = z.strictObject({
  description: z.string().max(500).optional().describe('What the profile is for, in your own words.'),
  video: videoProfile,
  audio: audioProfile,
  subtitles: subtitleProfile,
  hdr: hdrProfile,
  dolbyVision: dolbyVisionProfile,
  keep: keepProfile,
  container: z.enum(['mkv', 'mp4', 'webm']).default('mkv').describe('The kind of file that is written.'),
  act: actProfile,
  verify: verifyProfile,
});

/** What a folder's `.boilarr.yaml` may say: any part of a profile, and which one it starts from. */
export const folderSchema = profileSchema.extend({
  profile: z
    .string()
    .max(100)
    .regex(/^(?!.*\.ya?ml$)[^./\\][^/\\]*$/)
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
