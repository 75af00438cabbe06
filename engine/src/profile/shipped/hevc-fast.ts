export const HEVC_FAST = `# yaml-language-server: $schema=./profile.schema.json
#
# HEVC (H.265) and AAC, fast, for televisions and boxes that do not play AV1. The files are larger than with AV1.
# Only what differs from the defaults is here; av1-default.yaml has every key.
description: HEVC and AAC, fast, for devices that do not play AV1

video:
  codec: hevc
  # The graphics card or the processor's own encoder where there is one, else x265. "software" makes smaller files.
  encoder: auto
  # fast; the crf is the codec's own default, 23
  preset: 10
  # 10 bit, as by default, plays on all but the oldest HEVC devices; for those write here:
  # pixelFormat: yuv420p

audio:
  # plays nearly everywhere; Opus does not
  codec: aac
  # AAC needs more than Opus to sound alike
  bitRates:
    mono: 96
    stereo: 160
    surround: 384
    surround71: 512
  # As by default what is lossless or has objects, and besides it Dolby Digital (ac3) and Dolby Digital Plus (eac3),
  # which such devices and the receivers behind them play as they are.
  keepCodecs: [truehd, mlp, flac, alac, dts-hd, atmos, ac3, eac3]

act:
  # HEVC is what we want, and from AV1 it would only grow
  goodVideoCodecs: [hevc, av1]
`;
