import type { Disposition, Stream, VideoStream } from '../media/media-info.js';
import { isMatroska } from '../plan/containers.js';
import { PROGRESS_ARGS, QUEUE_ARGS, QUIET_ARGS } from './common-args.js';
import type { MuxInput } from './mux.types.js';
import { ffmpegPath } from './paths.js';
import { copiedCovers, copiedThroughRest, encodedTracks, labelOf, planned } from './stream-plans.js';
import { CLOCK_INPUT_ARGS } from './time-base.js';

const DISPOSITIONS: readonly (readonly [keyof Disposition, string])[] = [
  ['default', 'default'],
  ['forced', 'forced'],
  ['comment', 'comment'],
  ['hearingImpaired', 'hearing_impaired'],
  ['visualImpaired', 'visual_impaired'],
  ['original', 'original'],
  ['attachedPicture', 'attached_pic'],
];

/** One output stream: which input file, which stream of it, and the source's stream that it stands for. */
interface Mapped {
  file: number;
  id: number;
  stream: Stream;
  /** 0 for what the stream itself becomes; 1, 2 ... for what is added to it */
  rank: number;
}

function streamFlags(output: number, { stream }: Mapped): string[] {
  const set = DISPOSITIONS.filter(([key]) => stream.disposition[key]).map(([, name]) => name);
  return [
    `-disposition:${output}`,
    set.length === 0 ? '0' : set.join('+'),
    `-metadata:s:${output}`,
    `language=${stream.language ?? 'und'}`,
    ...(stream.title === null ? [] : [`-metadata:s:${output}`, `title=${stream.title}`]),
  ];
}

function shape(output: number, stream: VideoStream, width: number, height: number): string[] {
  const { numerator, denominator } = stream.sampleAspectRatio;
  if (numerator === denominator) return [];
  const turned = stream.rotation === 90 || stream.rotation === 270;
  const [n, d] = turned ? [denominator, numerator] : [numerator, denominator];
  return [`-aspect:${output}`, `${width * n}:${height * d}`];
}

/** ffmpeg writes the record of Dolby Vision into MP4 only where it may go beyond the standard. */
function recordArgs({ info, plan }: MuxInput): string[] {
  const isKept = planned(info, plan, 'copy').some(
    ({ stream }) => stream.kind === 'video' && stream.hdr.dolbyVision !== null,
  );
  return isKept ? ['-strict', 'unofficial'] : [];
}

/** ffmpeg's arguments for joining all parts into one MP4 or WebM file, its streams in the source's order. */
export function ffmpegMuxArgs(input: MuxInput): string[] {
  const { info, plan, files, source } = input;
  const inputs: string[] = [];
  const mapped: Mapped[] = [];
  const add = (path: string | null, streams: readonly Omit<Mapped, 'file'>[]) => {
    if (path === null || streams.length === 0) return;
    mapped.push(...streams.map(({ stream, id, rank }) => ({ file: inputs.length, id, stream, rank })));
    inputs.push(path);
  };
  const numbered = (streams: readonly Stream[]) => streams.map((stream, id) => ({ stream, id, rank: 0 }));
  const streamsFor = (action: 'encode-video' | 'convert-subtitle') =>
    numbered(planned(info, plan, action).map(({ stream }) => stream));

  add(files.video, streamsFor('encode-video'));
  add(
    files.audio,
    encodedTracks(info, plan).map(({ stream, added }, id) => ({
      stream: labelOf(stream, added),
      id,
      rank: added === null ? 0 : 1 + id,
    })),
  );
  add(files.subtitles, streamsFor('convert-subtitle'));
  if (isMatroska(info)) {
    const copied = planned(info, plan, 'copy').map(({ stream }) => stream);
    add(
      source,
      copied.map((stream) => ({ stream, id: stream.index, rank: 0 })),
    );
  } else {
    add(files.rest, numbered(copiedThroughRest(info, plan)));
    for (const stream of copiedCovers(info, plan)) {
      add(files.covers.find(({ index }) => index === stream.index)?.path ?? null, numbered([stream]));
    }
  }
  mapped.sort((a, b) => a.stream.index - b.stream.index || a.rank - b.rank);
  // The source is read once more for what belongs to no stream; it may be among the inputs already.
  let sourceFile = inputs.indexOf(source);
  if (sourceFile < 0) {
    sourceFile = inputs.length;
    inputs.push(source);
  }

  const flags = mapped.flatMap((entry, output) => {
    const entryPlan = plan.streams.find(({ index }) => index === entry.stream.index);
    const toMovText = entryPlan?.action === 'convert-subtitle' && entryPlan.format === 'mov_text';
    const toHevc = entryPlan?.action === 'encode-video' && entryPlan.video.codec === 'hevc';
    return [
      `-c:${output}`,
      toMovText ? 'mov_text' : 'copy',
      // Apple's players open HEVC under this name alone, and ffmpeg gives it another.
      ...(toHevc && plan.container === 'mp4' ? [`-tag:${output}`, 'hvc1'] : []),
      ...streamFlags(output, entry),
      ...(entryPlan?.action === 'encode-video' && entry.stream.kind === 'video'
        ? shape(output, entry.stream, entryPlan.video.width, entryPlan.video.height)
        : []),
    ];
  });
  return [
    ...QUIET_ARGS,
    ...PROGRESS_ARGS,
    ...CLOCK_INPUT_ARGS,
    ...inputs.flatMap((path) => ['-i', ffmpegPath(path)]),
    ...mapped.flatMap(({ file, id }) => ['-map', `${file}:${id}`]),
    ...(plan.keep.tags
      ? ['-map_metadata', String(sourceFile)]
      : // Chapters keep their titles, which -map_metadata without a kind would take from them.
        ['-map_metadata:g', '-1', '-map_metadata:s', '-1']),
    '-map_chapters',
    plan.keep.chapters ? String(sourceFile) : '-1',
    ...flags,
    ...QUEUE_ARGS,
    ...(plan.container === 'mp4'
      ? [...recordArgs(input), '-movflags', '+faststart', '-f', 'mp4']
      : ['-f', 'webm']),
    ffmpegPath(input.output),
  ];
}
