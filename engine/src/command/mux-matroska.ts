import type { MediaInfo, Stream } from '../media/media-info.js';
import { isMatroska } from '../plan/containers.js';
import { constantRate } from './frame-rate.js';
import { titleNeedsTag } from './matroska-xml.js';
import { encodedTiming, NO_BAGGAGE, pictureFlags, rawTiming, turnFlags } from './mux-picture.js';
import type { MuxInput } from './mux.types.js';
import { mkvmergePath } from './paths.js';
import {
  copiedCovers,
  copiedFromAvi,
  copiedThroughRest,
  encodedTracks,
  labelOf,
  planned,
} from './stream-plans.js';

/** One file that mkvmerge reads, its options, and the source's streams that are in it. */
interface Part {
  options: string[];
  path: string;
  /** rank: 0 for what a stream itself becomes; 1, 2 ... for what is added to it */
  tracks: { id: number; index: number; rank: number }[];
}

const bool = (value: boolean) => (value ? '1' : '0');

/** Everything that a player reads about a track, for tracks that come by way of a file of ours. */
function trackFlags(id: number, { language, title, disposition }: Stream): string[] {
  return [
    '--language',
    `${id}:${language ?? 'und'}`,
    '--track-name',
    `${id}:${title ?? ''}`,
    '--default-track-flag',
    `${id}:${bool(disposition.default)}`,
    '--forced-display-flag',
    `${id}:${bool(disposition.forced)}`,
    '--hearing-impaired-flag',
    `${id}:${bool(disposition.hearingImpaired)}`,
    '--visual-impaired-flag',
    `${id}:${bool(disposition.visualImpaired)}`,
    '--original-flag',
    `${id}:${bool(disposition.original)}`,
    '--commentary-flag',
    `${id}:${bool(disposition.comment)}`,
  ];
}

/** The picture as it is, in one layer: still to be turned and stretched as it was. */
function convertedPart(input: MuxInput): Part[] {
  const { info, plan, files } = input;
  const [entry] = planned(info, plan, 'convert-dolby-vision');
  if (entry?.stream.kind !== 'video' || files.video === null) return [];
  const { stream } = entry;
  const options = [
    ...rawTiming(input.files, constantRate(stream)),
    ...trackFlags(0, stream),
    ...pictureFlags({ ...stream, rotation: 0 }, stream),
    ...turnFlags(0, stream),
  ];
  return [{ options, path: files.video, tracks: [{ id: 0, index: stream.index, rank: 0 }] }];
}

function videoPart(input: MuxInput): Part[] {
  const { info, plan, files } = input;
  const [entry] = planned(info, plan, 'encode-video');
  if (entry === undefined || files.video === null || entry.stream.kind !== 'video') return [];
  const { stream, plan: own } = entry;
  const options = [
    ...encodedTiming(input.files, stream, own.video),
    ...trackFlags(0, stream),
    ...pictureFlags(stream, own.video),
  ];
  return [{ options, path: files.video, tracks: [{ id: 0, index: stream.index, rank: 0 }] }];
}

/** A file of ours whose tracks are these streams, in this order. */
function ownPart(
  path: string | null,
  streams: readonly Stream[],
  rankOf: (id: number) => number = () => 0,
): Part[] {
  if (path === null || streams.length === 0) return [];
  return [
    {
      options: [...NO_BAGGAGE, ...streams.flatMap((stream, id) => trackFlags(id, stream))],
      path,
      tracks: streams.map(({ index }, id) => ({ id, index, rank: rankOf(id) })),
    },
  ];
}

/** What is copied out of a source that is not Matroska: by way of a file of ours, and AVI's picture straight from it. */
function copiedParts({ info, plan, files, source }: MuxInput): Part[] {
  const streams = copiedThroughRest(info, plan);
  const picture = copiedFromAvi(info, plan);
  const turns = streams.flatMap((stream, id) => turnFlags(id, stream));
  return [
    ...ownPart(files.rest, streams).map((part) => ({ ...part, options: [...part.options, ...turns] })),
    ...(picture === null ? [] : ownPart(source, [picture])).map((part) => ({
      ...part,
      // mkvmerge's first track of an AVI file is its picture.
      options: [...part.options, '--video-tracks', '0', '--no-audio', '--no-subtitles'],
    })),
  ];
}

/**
 * Which attachments of a Matroska source go over; covers are attachments there. mkvmerge counts them from 1, and
 * ffprobe lists them, in the file's order.
 */
function attachmentFlags({ info, plan }: MuxInput): string[] {
  const all = info.streams.filter(({ kind }) => kind === 'attachment' || kind === 'cover');
  const kept = all.flatMap(({ index }, position) =>
    plan.streams.some((entry) => entry.index === index && entry.action === 'copy') ? [position + 1] : [],
  );
  if (kept.length === all.length) return [];
  return kept.length === 0 ? ['--no-attachments'] : ['--attachments', kept.join(',')];
}

/** Copied tracks, attachments, chapters, tags and title, straight from a source that is Matroska. */
function sourcePart(input: MuxInput): Part[] {
  const { info, plan, source } = input;
  if (!isMatroska(info)) return [];
  const copied = planned(info, plan, 'copy').map(({ stream }) => stream);
  const select = (kind: Stream['kind'], some: string, none: string) => {
    const ids = copied.filter((stream) => stream.kind === kind).map(({ index }) => index);
    return ids.length === 0 ? [none] : [some, ids.join(',')];
  };
  return [
    {
      options: [
        ...select('video', '--video-tracks', '--no-video'),
        ...select('audio', '--audio-tracks', '--no-audio'),
        ...select('subtitle', '--subtitle-tracks', '--no-subtitles'),
        '--no-buttons',
        ...attachmentFlags(input),
        ...(plan.keep.chapters ? [] : ['--no-chapters']),
        ...(plan.keep.tags ? [] : ['--no-track-tags', '--no-global-tags']),
      ],
      path: source,
      tracks: copied
        .filter(({ kind }) => kind === 'video' || kind === 'audio' || kind === 'subtitle')
        .map(({ index }) => ({ id: index, index, rank: 0 })),
    },
  ];
}

const COVER_NAMES: Readonly<Record<string, string>> = {
  mjpeg: 'cover.jpg',
  png: 'cover.png',
  bmp: 'cover.bmp',
  gif: 'cover.gif',
  webp: 'cover.webp',
  tiff: 'cover.tiff',
};

function coverFlags({ info, plan, files }: MuxInput): string[] {
  return copiedCovers(info, plan).flatMap((stream) => {
    const file = files.covers.find(({ index }) => index === stream.index);
    if (file === undefined) return [];
    return [
      '--attachment-name',
      COVER_NAMES[stream.codec] ?? 'cover',
      '--attach-file',
      mkvmergePath(file.path),
    ];
  });
}

/** From a Matroska source mkvmerge takes the title itself, unless it is told another one, be it none. */
function titleFlags(info: MediaInfo, keep: boolean): string[] {
  if (!keep) return ['--title', ''];
  const title = info.container.tags['title'] ?? '';
  // Of bytes that are no text mkvmerge makes nothing, and ffprobe a sign for each that is lost.
  const isTaken = isMatroska(info) && !title.includes('\uFFFD');
  return isTaken || title === '' || titleNeedsTag(title) ? [] : ['--title', title];
}

/** mkvmerge's arguments for joining all parts into one Matroska file, its tracks in the source's order. */
export function mkvmergeArgs(input: MuxInput): string[] {
  const { info, plan, files } = input;
  const encoded = encodedTracks(info, plan);
  const parts = [
    ...videoPart(input),
    ...convertedPart(input),
    ...ownPart(
      files.audio,
      encoded.map(({ stream, added }) => labelOf(stream, added)),
      (id) => (encoded[id]?.added == null ? 0 : 1 + id),
    ),
    ...ownPart(
      files.subtitles,
      planned(info, plan, 'convert-subtitle').map(({ stream }) => stream),
    ),
    ...copiedParts(input),
    ...sourcePart(input),
  ];
  const order = parts
    .flatMap((part, file) => part.tracks.map((track) => ({ key: `${file}:${track.id}`, ...track })))
    .sort((a, b) => a.index - b.index || a.rank - b.rank)
    .map(({ key }) => key);
  return [
    // Names and titles are UTF-8 whatever the locale of the machine.
    '--command-line-charset',
    'UTF-8',
    '--output-charset',
    'UTF-8',
    '--output',
    mkvmergePath(input.output),
    ...titleFlags(info, plan.keep.tags),
    ...(files.chapters === null || !plan.keep.chapters ? [] : ['--chapters', mkvmergePath(files.chapters)]),
    ...(files.tags === null || !plan.keep.tags ? [] : ['--global-tags', mkvmergePath(files.tags)]),
    ...coverFlags(input),
    '--track-order',
    order.join(','),
    ...parts.flatMap(({ options, path }) => [...options, mkvmergePath(path)]),
  ];
}
