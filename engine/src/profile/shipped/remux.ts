export const REMUX = `# yaml-language-server: $schema=./profile.schema.json
#
# Puts files into Matroska (mkv) without encoding anything: picture and sound stay bit by bit what they are.
# Only what differs from the defaults is here; av1-default.yaml has every key.
description: Everything copied, into Matroska

video:
  codec: copy

audio:
  codec: copy

# The container is the default, mkv.

act:
  # a file in any other container is put into mkv; one that is mkv already is left alone
  goodContainers: [mkv]
  # Nothing is saved here, and another container may take a little more: up to 5 % is fine.
  minimumExpectedSaving: -5
  minimumSaving: -5
`;
