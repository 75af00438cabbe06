/** Says nothing that the schema's defaults do not say; it is there to be read and changed. */
const AV1_DEFAULT = `# AV1 with film grain, Opus, Matroska. Every value here is the default: a line may be left out.
description: AV1 with film grain, and Opus

video:
  # av1, or copy to leave the picture as it is
  codec: av1
  # 1 to 63: lower looks better and is larger
  crf: 28
  # 0 to 13: lower is slower and makes smaller files
  preset: 8
  # 0 to 50: grain that the player adds again; 0 for none, 8 for most films, more for old ones
  filmGrain: 8
  # true: remove the grain before the encode, which saves more but may soften
  filmGrainDenoise: false
  # yuv420p10le (10 bit, fewer bands in skies) or yuv420p
  pixelFormat: yuv420p10le
  # seconds between key frames: shorter seeks faster and is larger
  keyframeSeconds: 10

audio:
  # opus, or copy
  codec: opus
  # kbit/s of the whole track; a track that has no more than this already is copied
  bitRates:
    mono: 80
    stereo: 128
    # up to 6 channels
    surround: 288
    # 7 and 8 channels
    surround71: 416
  # copied as they are: lossless tracks, and those with objects (Atmos, DTS:X), which Opus cannot carry
  keepCodecs: [truehd, mlp, flac, alac, dts-hd, atmos, opus]

subtitles:
  # picture subtitles that the container cannot hold: skip-file leaves the file alone, drop leaves them out
  misfits: skip-file

# mkv, mp4 or webm
container: mkv

act:
  # files with such video are left alone
  goodVideoCodecs: [av1]
  # kbit/s: video below this is left alone
  minimumBitRate: 0
  # per cent that a job must expect to save before it starts
  minimumExpectedSaving: 10
  # per cent that the result must have saved, else the original stays
  minimumSaving: 10
  # minutes that one job may take; 0 for no limit
  timeLimitMinutes: 0
  # seconds without progress after which a job is ended
  stallSeconds: 300
`;

/** The profiles that a new installation starts with: file names without extension, and their text. */
export const DEFAULT_PROFILES: Readonly<Record<string, string>> = { 'av1-default': AV1_DEFAULT };
