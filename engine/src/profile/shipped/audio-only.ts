export const AUDIO_ONLY = `# yaml-language-server: $schema=./profile.schema.json
#
# Encodes the sound and copies the picture bit by bit: quick, and of use where films have several large sound tracks.
# Only what differs from the defaults is here; av1-default.yaml has every key.
description: Opus, with the picture left as it is

video:
  codec: copy

audio:
  # The codec is the default, opus. For older devices write here:
  # codec: aac
  # Lossless tracks and those with objects (Atmos, DTS:X) are copied by default. To encode them too, which saves most
  # and cannot be undone, write:
  # keepCodecs: [opus]

act:
  # per cent of the whole file, of which the sound is a small part
  minimumExpectedSaving: 2
  minimumSaving: 1
`;
