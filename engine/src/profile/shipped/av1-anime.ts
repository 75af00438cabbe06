export const AV1_ANIME = `# yaml-language-server: $schema=./profile.schema.json
#
# AV1 for drawn films and series. Only what differs from the defaults is here; av1-default.yaml has every key.
description: AV1 for drawn films and series, and Opus

video:
  # A little better than the default: flat areas and thin lines show a loss sooner than live action does, and take
  # so few bits that the files stay small.
  crf: 26
  # for the eye and not for a figure: keeps lines sharp
  tune: visual
  # Measured in each file, because both kinds are common: a film drawn on a computer has no grain and gets none; one
  # photographed from painted cels gets about what it has.
  filmGrain: auto
`;
