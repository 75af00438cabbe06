export const DOLBY_VISION = `# yaml-language-server: $schema=./profile.schema.json
#
# Makes Dolby Vision play nearly everywhere: Profile 7, as Blu-ray discs have it, becomes Profile 8.1. Nothing is
# encoded anew, nothing but the second layer is left out, and no other file is touched. Needs dovi_tool on a node.
# Only what differs from the defaults is here; av1-default.yaml has every key.
description: Dolby Vision Profile 7 becomes 8.1 without a new encode, all else is left alone

dolbyVision:
  # the second layer holds no picture data: nothing is lost
  profile7Mel: convert
  # The second layer holds picture data, which Profile 8.1 has no place for. To give it up, which cannot be undone once
  # the trash is emptied, and which few eyes see, write in place of this line:
  # profile7Fel: convert
  # allowFelLoss: true
  profile7Fel: skip
  # It plays as it is. reencode makes it smaller with x265 and keeps its Dolby Vision (not beside a "convert" above).
  profile81: skip
  # Films without Dolby Vision. "profile" does with them what the rest of this file says: by default AV1 and Opus, as
  # in av1-default. reencode makes HEVC of them with x265.
  others: skip
`;
