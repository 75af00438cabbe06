export const AV1_ARCHIVE = `# yaml-language-server: $schema=./profile.schema.json
#
# AV1 for what is to be kept for good: takes several times as long and saves less, but nobody should see a difference.
# Only what differs from the defaults is here; av1-default.yaml has every key.
description: AV1 in high quality, slow, with the sound left as it is

video:
  # much better than the default of 28, and more than half as large again
  crf: 20
  # slow: about a fifth of the default's speed
  preset: 4
  # as much as is measured in each file, so that no film gets grain that it did not have
  filmGrain: auto

audio:
  # every track stays as it is
  codec: copy

# No floor such as "verify: {minimumVmaf: 95}" is set: not every ffmpeg has VMAF, and grain that the player adds is not
# in the picture that is measured, so that a fine encode of an old film may stay below any floor.
`;
