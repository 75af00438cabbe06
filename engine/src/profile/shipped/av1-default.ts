/** Says nothing that the schema's defaults do not say; it is there to be read and changed. */
export const AV1_DEFAULT = `# yaml-language-server: $schema=./profile.schema.json
#
# AV1 with film grain, Opus, Matroska: for films and series that are played on anything of the last years.
#
# Every key of the language is here with its default, so that any line may be left out, and a key without a value says
# nothing. To change something for one folder only, put a file named .boilarr.yaml into that folder with nothing but
# those keys, or with "profile: av1-anime" to start from another profile there.
description: AV1 with film grain, and Opus

video:
  # av1, hevc (H.265), h264, or copy to leave the picture as it is.
  # Whoever changes this takes out the line with the crf as well: each codec has its own scale.
  codec: av1
  # software makes the smallest files (SVT-AV1, x265, x264). nvenc, qsv, vaapi: only that hardware, which is fast and
  # makes larger files. auto: hardware where there is any, else software; with film grain, software.
  encoder: software
  # what a node without the named hardware does: software, or none to leave the file alone
  fallback: software
  # quality, 1 to 63: lower looks better and is larger. 24 for large screens, 32 to save more.
  # hevc: up to 51, 23 unless given. h264: up to 51, 21 unless given.
  crf: 28
  # kbit/s on average in place of the crf; 0 for none
  bitRate: 0
  # 0 to 13: lower is slower and makes smaller files. One step down takes about half as long again.
  preset: 8
  # what the software encoder is tuned for. av1: default, visual, psnr. hevc: default, grain, animation, psnr, ssim.
  # h264: default, film, animation, grain, psnr, ssim.
  tune: default
  # 0 to 50: grain that the player adds again, which takes no room (av1 only). 0 for none, 8 for most films, more for
  # old ones; auto measures each file first
  filmGrain: 8
  # true: remove the grain before the encode, which saves more but may soften
  filmGrainDenoise: false
  # yuv420p10le (10 bit, fewer bands in skies) or yuv420p (8 bit, for old players)
  pixelFormat: yuv420p10le
  # sources with more colour or more bits than that: skip leaves the file alone, reduce makes them fit
  highChroma: skip
  # seconds between key frames, 0.5 to 60: shorter seeks faster and is larger
  keyframeSeconds: 10
  # 1080 makes 4K films smaller, 720 all that is larger than that; 0 never
  maximumHeight: 0
  # old television recordings: deinterlace keeps every movement, deinterlace-frames half of them, skip leaves them alone
  interlaced: deinterlace
  # captions inside the picture, which an encode loses: skip leaves the file alone, drop loses them
  closedCaptions: skip
  # parameters of the software encoder by its own names, for those who know them, such as {scd: 1, lookahead: 60}
  parameters: {}

audio:
  # opus, aac (plays on older devices), or copy to leave the sound as it is
  codec: opus
  # kbit/s of the whole track; one that has no more than this already is copied
  bitRates:
    mono: 80
    stereo: 128
    # up to 6 channels (5.1)
    surround: 288
    # 7 and 8 channels (7.1)
    surround71: 416
  # copied as they are: lossless tracks, and those with objects (Atmos, DTS:X), which Opus cannot carry. eac3 (Dolby
  # Digital Plus) is here because it may hold Atmos without saying so; take it out to save more.
  keepCodecs: [truehd, mlp, flac, alac, dts-hd, eac3, atmos, opus]
  # [eng, ger] keeps only these languages, and a file's last track always; [] keeps all. und: tracks without a language
  keepLanguages: []
  # [rus] leaves these out
  dropLanguages: []
  # keep or drop
  commentary: keep
  # add: beside surround sound whose language has no stereo track, a stereo mix of it
  stereoDownmix: none

subtitles:
  # as for audio
  keepLanguages: []
  dropLanguages: []
  # forced ones: always keeps them whatever their language, as-others treats them like the rest, only keeps just them
  forced: always
  # keep leaves text as it is where the container takes it; srt or ass turns all text into that
  textFormat: keep
  # subtitles that are pictures (PGS, VobSub, DVB): keep or drop
  bitmaps: keep
  # subtitles that the container cannot hold: skip-file leaves the file alone, drop leaves them out
  misfits: skip-file

hdr:
  # encode, or skip to leave such files alone
  hdr10: encode
  hlg: encode
  # skip leaves such files alone; drop keeps the HDR10 picture and loses what is set scene by scene
  hdr10Plus: skip
  # of a kind that dolbyVision does not name: skip leaves such files alone; drop keeps the HDR10 or HLG picture below,
  # where there is one
  dolbyVision: skip

# Dolby Vision kind by kind: convert makes Profile 8.1 of it, which plays nearly everywhere, without a new encode;
# reencode does so with a new picture by x265; keep leaves picture and metadata as they are and does the rest of this
# profile; skip leaves the file alone. A kind without a word goes the way of hdr.dolbyVision.
dolbyVision:
  # two layers over SDR: keep or skip
  profile4:
  # streaming services: keep or skip
  profile5:
  # Blu-ray, its second layer without any picture: convert (loses nothing), reencode, keep or skip
  profile7Mel:
  # Blu-ray, its second layer with picture data, which convert and reencode throw away (see allowFelLoss)
  profile7Fel:
  # HDR10 below: reencode, keep or skip
  profile81:
  # HLG below, as telephones make it: reencode, keep or skip
  profile84:
  # files without Dolby Vision: profile does the rest of this profile, reencode makes HEVC with x265 and leaves all else
  # as it is, skip leaves them alone
  others: profile
  # true: the picture data of full second layers (FEL) may be thrown away for good
  allowFelLoss: false
  # of a reencode, 1 to 51: lower looks better and is larger
  crf: 18
  # of a reencode, 0 to 13 as for the video above: lower is slower and makes smaller files
  preset: 6
  # kbit/s that a reencode may have at any moment; 0 for 160000, and 50000 up to 1080p
  maximumBitRate: 0

# true or false, but for the last one
keep:
  chapters: true
  # fonts of subtitles and other attached files
  attachments: true
  coverArt: true
  # the file's own title and the like
  tags: true
  # places and movements that a camera recorded (GoPro, drones): skip-file leaves the file alone, drop loses them
  cameraData: skip-file

# mkv, mp4 or webm. mkv holds everything; the others do not hold every sound and subtitle.
container: mkv

# which files are worth a job, and what it must bring
act:
  # such video is good already and is copied
  goodVideoCodecs: [av1]
  # a file in which nothing would change is left alone in these containers
  goodContainers: [mkv, mp4, webm]
  # kbit/s: video below this is left alone; 0 for any
  minimumBitRate: 0
  # per cent that a job must expect to save before it starts; below 0 (to -10) the file may grow
  minimumExpectedSaving: 10
  # per cent that the result must have saved, else the original stays
  minimumSaving: 10
  # MiB: smaller files are left alone; 0 for no limit
  minimumSize: 0
  # MiB: larger files are left alone; 0 for no limit
  maximumSize: 0
  # 2015-12-31: files last changed before this day are left alone
  modifiedAfter:
  # 2025-01-01: files last changed on this day or after it are left alone
  modifiedBefore:
  # minutes that one job may take; 0 for no limit
  timeLimitMinutes: 0
  # seconds without progress after which a job is ended, 10 to 3600
  stallSeconds: 300

# The least that a result must resemble its source, or it is thrown away. The first that has a value here and that the
# node's ffmpeg can measure counts. Without any, the result is checked for being whole, not for its looks.
verify:
  # 1 to 100: 93 looks alike to most people
  minimumVmaf:
  # dB, 10 to 100: 38 is about as good
  minimumXpsnr:
  # 0.1 to 1: 0.97 is about as good
  minimumSsim:
`;
