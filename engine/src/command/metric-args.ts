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
 * In 10 bits the filter takes the second picture's lines to lie without a gap, which they do in multiples of 64 pixels only:
 * elsewhere two equal pictures get 3 dB. In 8 bits it is right everywhere; what is compared must not be dithered, though.
 */
function xpsnrFormat({ pixelFormat, width }: MetricArgsInput): string[] {
  return pixelFormat === 'yuv420p' || width % 64 === 0
    ? [`format=${pixelFormat}`]
    : ['scale=sws_dither=none', 'format=yuv420p'];
}

function stepsOf(input: MetricArgsInput): { format: string[]; filter: string } {
  const format = [`format=${input.pixelFormat}`];
  if (input.metric === 'xpsnr') return { format: xpsnrFormat(input), filter: 'xpsnr=eof_action=repeat' };
  if (input.metric === 'ssim') return { format, filter: 'ssim=eof_action=repeat:shortest=1' };
  const { scale, filter } = vmafSteps(input);
  return { format: [...format, ...scale], filter: `${filter}:shortest=1` };
}

/**
 * ffmpeg's arguments for measuring how much a few seconds of the output resemble the source. The result is in what it says at its
 * end; see `metricValue`. A frame of a filter's first input is compared with the last one of its second that is not later, and
 * two clocks round differently: so the second is put a quarter of a frame ahead, and has frames to spare at both ends. The output
 * comes first, but XPSNR weighs mistakes by its first picture, which has to be the source; nor may its second one come from
 * `setpts`, which leaves it without a frame rate, by which ffmpeg 7.1 divides.
 */
export function metricArgs(input: MetricArgsInput): string[] {
  const { metric, source, output, filters, start, end, clockShift, frameSeconds } = input;
  const { format, filter } = stepsOf(input);
  const isSourceFirst = metric === 'xpsnr';
  const early = frameSeconds / 4;
  const move = (isSourceFirst ? early : -early) - clockShift;
  const trim = (from: number, to: number) => `trim=start=${number(from)}:end=${number(to)}`;
  const exact = (shift: number) => trim(start + shift, end + shift);
  const spare = (shift: number) => trim(start + shift - 2 * frameSeconds, end + shift + frameSeconds);
  const reference = [
    ...filters,
    isSourceFirst ? exact(clockShift - early) : spare(clockShift),
    'settb=AVTB',
    `setpts=PTS${move < 0 ? '-' : '+'}${number(Math.abs(move))}/TB`,
    ...format,
  ];
  const distorted = [isSourceFirst ? spare(0) : exact(0), 'settb=AVTB', ...format];
  const inputs = isSourceFirst ? '[wanted][made]' : '[made][wanted]';
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
    `[0:${output.index}]${distorted.join(',')}[made];[1:${source.index}]${reference.join(',')}[wanted];${inputs}${filter}`,
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
