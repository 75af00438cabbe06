type Case = [name: string, text: string, message: string];

/** One mistake each, and all that is said about it. */
export const WRONG: Case[] = [
  [
    'a key that there is not',
    'bananas: 1\n',
    'p.yaml:1:1: bananas: there is no such key at the outermost level; known here: description, video, audio, subtitles, hdr, dolbyVision, keep, container, act, verify',
  ],
  [
    'a misspelt key',
    'video:\n  fimGrain: 8\n',
    'p.yaml:2:3: video.fimGrain: there is no such key; did you mean "filmGrain"?',
  ],
  [
    'a misspelt key without a value',
    'video:\n  fimGrain:\n',
    'p.yaml:2:3: video.fimGrain: there is no such key; did you mean "filmGrain"?',
  ],
  [
    'a key by the name that other programs have for it',
    'video:\n  quality: 28\n',
    'p.yaml:2:3: video.quality: there is no such key; did you mean "crf"?',
  ],
  [
    'a key that is not indented',
    'video:\ncrf: 28\n',
    'p.yaml:2:1: crf: there is no such key at the outermost level; it belongs below "video:" or "dolbyVision:", indented',
  ],
  [
    'a key that two sections have',
    'codec: av1\n',
    'p.yaml:1:1: codec: there is no such key at the outermost level; it belongs below "video:" or "audio:", indented',
  ],
  [
    "a codec by another name than ffmpeg's",
    'act:\n  goodVideoCodecs: [av1, H265]\n',
    'p.yaml:2:26: act.goodVideoCodecs: has "H265", which goes by the name of hevc; write hevc',
  ],
  [
    'a wrong word',
    'container: mvk\n',
    'p.yaml:1:12: container: is "mvk", but must be one of mkv, mp4, webm; did you mean "mkv"?',
  ],
  [
    'another name of a word, near to a third',
    'video:\n  codec: h265\n',
    'p.yaml:2:10: video.codec: is "h265", but must be one of av1, hevc, h264, copy; did you mean "hevc"?',
  ],
  [
    'a number out of range',
    'video:\n  crf: 99\n',
    'p.yaml:2:8: video.crf: is 99, but must be a whole number from 1 to 63',
  ],
  [
    'a number below an open range',
    'act:\n  minimumSize: -1\n',
    'p.yaml:2:16: act.minimumSize: is -1, but must be a number, 0 or more',
  ],
  [
    'a fraction',
    'video:\n  crf: 28.5\n',
    'p.yaml:2:8: video.crf: is 28.5, but must be a whole number from 1 to 63',
  ],
  [
    'no number at all',
    'video:\n  crf: .nan\n',
    'p.yaml:2:8: video.crf: is NaN, but must be a whole number from 1 to 63',
  ],
  [
    'a number as text',
    'video:\n  crf: "28"\n',
    'p.yaml:2:8: video.crf: is the text "28", but must be a whole number from 1 to 63; write 28 without quotation marks',
  ],
  [
    'a decimal comma',
    'video:\n  keyframeSeconds: 2,5\n',
    'p.yaml:2:20: video.keyframeSeconds: is the text "2,5", but must be a number from 0.5 to 60; write 2.5',
  ],
  [
    'yes for true',
    'keep:\n  chapters: yes\n',
    'p.yaml:2:13: keep.chapters: is the text "yes", but must be true or false; write true',
  ],
  [
    'neither the word nor the number',
    'video:\n  filmGrain: atuo\n',
    'p.yaml:2:14: video.filmGrain: is the text "atuo", but must be auto or a whole number from 0 to 50; did you mean "auto"?',
  ],
  [
    'a list for a section',
    'audio: [opus]\n',
    'p.yaml:1:8: audio: is the list ["opus"], but must be settings, each on a line of its own, indented below it, without dashes or brackets: any of codec, bitRates, keepCodecs, keepLanguages, dropLanguages, commentary, stereoDownmix',
  ],
  [
    'a word for a section',
    'keep: all\n',
    'p.yaml:1:7: keep: is "all", but must be settings, each on a line of its own, indented below it: any of chapters, attachments, coverArt, tags, cameraData',
  ],
  [
    'a section for a list',
    'act:\n  goodVideoCodecs:\n    av1: true\n',
    'p.yaml:3:5: act.goodVideoCodecs: is a group of settings, but must be a list in square brackets, such as [av1, hevc]',
  ],
  [
    'a section for a word',
    'container:\n  mkv: true\n',
    'p.yaml:2:3: container: is a group of settings, but must be one of mkv, mp4, webm',
  ],
  [
    'words for a list',
    'audio:\n  keepLanguages: eng, ger\n',
    'p.yaml:2:18: audio.keepLanguages: is "eng, ger", but must be a list in square brackets, such as [en, ger]; write [eng, ger]',
  ],
  [
    'a wrong entry of a list',
    'act:\n  goodContainers: [mkv, avi]\n',
    'p.yaml:2:25: act.goodContainers: has "avi", but every entry must be one of mkv, mp4, webm',
  ],
  [
    'an empty entry of a list',
    'act:\n  goodVideoCodecs:\n    - av1\n    -\n',
    'p.yaml:4:6: act.goodVideoCodecs: has an empty entry, but every entry must be the name of a codec, such as av1 or hevc',
  ],
  [
    'a bad language',
    'audio:\n  keepLanguages: [eng, english]\n',
    'p.yaml:2:24: audio.keepLanguages: has "english", but every entry must be a language code of two or three letters, such as en, ger or pt-BR',
  ],
  [
    'a bad date',
    'act:\n  modifiedAfter: 31.12.2015\n',
    'p.yaml:2:18: act.modifiedAfter: is "31.12.2015", but must be a day as year-month-day, such as 2015-12-31',
  ],
  [
    'SVT-AV1 for HEVC',
    'video:\n  codec: hevc\n  encoder: svt\n',
    'p.yaml:3:12: video.encoder: is "svt", which makes av1 only; for hevc use software',
  ],
  [
    'a tune that the codec has not',
    'video:\n  codec: av1\n  tune: film\n',
    'p.yaml:3:9: video.tune: is "film", but must be one of default, visual, psnr for av1',
  ],
  [
    'a crf that the codec has not',
    'video:\n  codec: hevc\n  crf: 60\n',
    'p.yaml:3:8: video.crf: is 60, but must be a whole number from 1 to 51 for hevc',
  ],
  [
    'a parameter that is not let through',
    'video:\n  codec: av1\n  parameters: {qp: 30}\n',
    'p.yaml:3:20: video.parameters.qp: is no parameter for av1; allowed are scd, lookahead, enable-overlays, enable-tf, tile-rows, tile-columns, enable-qm, qm-min, qm-max',
  ],
  [
    "a parameter's value that brings another along",
    'video:\n  parameters:\n    scd: 1:b=2\n',
    'p.yaml:3:10: video.parameters.scd: is the text "1:b=2", but must be a number or a short word without spaces',
  ],
  [
    'Profile 8.1 of what has no HDR10 below',
    'dolbyVision:\n  profile5: convert\n',
    'p.yaml:2:13: dolbyVision.profile5: is "convert", but must be one of keep, skip; there is no HDR10 picture in it that Profile 8.1 could stand on',
  ],
  [
    'an encode of what has no picture of its own',
    'dolbyVision:\n  profile4: reencode\n',
    'p.yaml:2:13: dolbyVision.profile4: is "reencode", but must be one of keep, skip; there is no HDR10 picture in it that Profile 8.1 could stand on',
  ],
  [
    'Profile 8.1 of Profile 8.1',
    'dolbyVision:\n  profile81: convert\n',
    'p.yaml:2:14: dolbyVision.profile81: is "convert", but must be one of reencode, keep, skip; it has one layer already, as every player wants it',
  ],
  [
    'another word for a kind left alone',
    'dolbyVision:\n  profile81: kep\n',
    'p.yaml:2:14: dolbyVision.profile81: is "kep", but must be one of reencode, keep, skip; did you mean "keep"?',
  ],
  [
    'one kind for both of Profile 7',
    'dolbyVision:\n  profile7: convert\n',
    'p.yaml:2:3: dolbyVision.profile7: there is no such key; there are profile7Mel (minimal enhancement layer) and profile7Fel (full one)',
  ],
  [
    'Profile 8 without saying which',
    'dolbyVision:\n  profile8: keep\n',
    'p.yaml:2:3: dolbyVision.profile8: there is no such key; there are profile81 (HDR10 below) and profile84 (HLG below)',
  ],
  [
    'a kind that the profile would make only to encode it again',
    'dolbyVision:\n  profile7Mel: convert\n  profile81: reencode\n',
    'p.yaml:2:16: dolbyVision.profile7Mel: is "convert", which makes Profile 8.1, and profile81 would reencode that; say reencode here',
  ],
  [
    'a list for text',
    'description: [a]\n',
    'p.yaml:1:14: description: is the list ["a"], but must be text of at most 500 characters',
  ],
];

/** What is no YAML, or none that is taken. */
export const BROKEN: Case[] = [
  [
    'a key twice',
    'container: mkv\ncontainer: mp4\n',
    'p.yaml:2:1: the key "container" is there twice; keep one of them',
  ],
  ['a tab', 'video:\n\tcrf: 28\n', 'p.yaml:2:1: a tab indents this line; put spaces in its place'],
  [
    'no colon',
    'video:\n  crf 28\n  preset: 6\n',
    'p.yaml:2:3: this is no "key: value"; is a colon missing here?',
  ],
  [
    'no space after the colon',
    'video:\n  crf:28\n',
    'p.yaml:2:3: video: is "crf:28"; write "crf: 28" with a space after the colon',
  ],
  [
    'a bracket without end',
    'act:\n  goodVideoCodecs: [av1, hevc\n',
    'p.yaml:3:1: a bracket that is opened above is not closed',
  ],
  [
    'a quotation mark without end',
    'description: "films\n',
    'p.yaml:2:1: a quotation mark, bracket, comma or colon is missing here or above',
  ],
  [
    'too much indentation',
    'video:\n  crf: 28\n   preset: 6\n',
    'p.yaml:2:8: there is one colon too many; put text that has a colon into quotation marks, and indent the keys of one section alike',
  ],
  [
    'too little indentation',
    'video:\n  crf: 28\n preset: 6\n',
    'p.yaml:3:1: this line is not indented like the others of its section',
  ],
  [
    'a colon in text',
    'description: Films: old ones\n',
    'p.yaml:1:14: there is one colon too many; put text that has a colon into quotation marks, and indent the keys of one section alike',
  ],
  [
    'quotation marks in quotation marks',
    "description: 'it's'\n",
    'p.yaml:1:18: the value has ended before this; put text that has quotation marks into the other kind of them',
  ],
  [
    'an at sign',
    'description: @home\n',
    'p.yaml:1:14: text that begins with @ or ` must be in quotation marks',
  ],
  ['a star', 'description: *home\n', 'p.yaml:1:14: text that begins with * must be in quotation marks'],
  [
    'a list for the whole',
    '- container: mkv\n',
    'p.yaml:1:1: is the list [{"container":"mkv"}], but must be settings, each on a line of its own, without dashes or brackets: any of description, video, audio, subtitles, hdr, dolbyVision, keep, container, act, verify',
  ],
  [
    'text for the whole',
    'hello',
    'p.yaml:1:1: is "hello", but must be settings, each on a line of its own: any of description, video, audio, subtitles, hdr, dolbyVision, keep, container, act, verify',
  ],
  [
    'two documents',
    'container: mkv\n---\ncontainer: mp4\n',
    'p.yaml:2:1: a second document begins here; take the line "---" out',
  ],
  [
    'a tag',
    'container: !!str mkv\n',
    'p.yaml:1:18: YAML tags such as tag:yaml.org,2002:str are not used here',
  ],
  ['a list as a key', '? [a, b]\n: 1\n', 'p.yaml:1:3: a key must be a plain word'],
  ['the key that no object can hold', 'video:\n  __proto__: 1\n', 'p.yaml:2:3: there is no such key'],
];
