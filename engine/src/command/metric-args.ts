import { ffmpegPath } from './paths.js';

export interface MetricFile {
  input: string;
  /** ffprobe's index of the picture */
  index: number;
  /** seconds from the file's beginning to seek to; null: read from the beginning */
  seek: number | null;
  /** decoder and its options, to be put in front of the input */
  decoder: readonly string[];
}

export interface MetricArgsInput {
  metric: 'vmaf' | 'xpsnr' | 'ssim';
  source: MetricFile;
  output: MetricFile;
  /** what the plan does to the source's picture */
  filters: readonly string[];
  pixelFormat: string;
  width: number;
  height: number;
  /** seconds on the output's clock */
  start: number;
  end: number;
  /** seconds by which the source's clock is ahead of the output's */
  clockShift: number;
  /** seconds between two frames of the output */
  frameSeconds: number;
}

const number = (seconds: number) => seconds.toFixed(6);

/** VMAF's models were made for 1080p and 4K on a screen: smaller pictures are shown as large as there. */
function vmafSteps({ width, height }: MetricArgsInput): { scale: string[]; filter: string } {
  const isLarge = width > 2560 || height > 1440;
  const isSmall = width < 1728 && height < 972;
  return {
    scale: isSmall
      ? ['scale=1920:1080:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic']
      : [],
    filter: `libvmaf=model=version=${isLarge ? 'vmaf_4k_v0.6.1' : 'vmaf_v0.6.1'}:n_threads=4`,
  };
}

/**
 * ffmpeg's arguments for measuring how much a few seconds of the output resemble the source. The result is in what it says at its
 * end; see `metricValue`. The source is put a quarter of a frame early, because a frame is compared with the last one that is not
 * later, and two clocks round differently.
 */
export function metricArgs(input: MetricArgsInput): string[] {
  const { metric, source, output, filters, pixelFormat, start, end, clockShift, frameSeconds } = input;
  const { scale, filter } =
    metric === 'vmaf' ? vmafSteps(input) : { scale: [], filter: `${metric}=eof_action=repeat` };
  const early = frameSeconds / 4;
  const common = [`format=${pixelFormat}`, ...scale];
  const reference = [
    ...filters,
    `trim=start=${number(start + clockShift - 2 * frameSeconds)}:end=${number(end + clockShift + frameSeconds)}`,
    'settb=AVTB',
    `setpts=PTS-${number(clockShift + early)}/TB`,
    ...common,
  ];
  const distorted = [`trim=start=${number(start)}:end=${number(end)}`, 'settb=AVTB', ...common];
  const read = ({ input: file, seek, decoder }: MetricFile) => [
    ...decoder,
    ...(seek === null ? [] : ['-noaccurate_seek', '-ss', number(seek)]),
    '-i',
    ffmpegPath(file),
  ];
  return [
    '-hide_banner',
    '-nostats',
    '-v',
    'info',
    '-copyts',
    ...read(output),
    ...read(source),
    '-filter_complex',
    `[0:${output.index}]${distorted.join(',')}[made];[1:${source.index}]${reference.join(',')}[wanted];[made][wanted]${filter}:shortest=1`,
    '-fps_mode',
    'passthrough',
    '-f',
    'null',
    '-',
  ];
}

/** XPSNR says one value a plane and the least of them; the least is what counts. */
const RESULTS: Record<MetricArgsInput['metric'], RegExp> = {
  vmaf: /VMAF score: ([\d.]+)/,
  xpsnr: /XPSNR .*minimum: ([\d.]+|inf)/,
  ssim: /SSIM .*All:([\d.]+)/,
};
/** dB that stand for two pictures without a difference */
const NO_DIFFERENCE = 100;

/**
 * @param said ffmpeg's standard error
 * @returns the mean over the sample's frames; null when it says none
 */
export function metricValue(metric: MetricArgsInput['metric'], said: string): number | null {
  const text = RESULTS[metric].exec(said)?.[1];
  if (text === undefined) return null;
  return text === 'inf' ? NO_DIFFERENCE : Number(text);
}
