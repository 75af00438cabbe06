import { metricArgs, metricValue } from '../../command/metric-args.js';
import { grainlessDecoder } from '../../command/sample-args.js';
import { timingFilters } from '../../command/video-args.js';
import { framesPerSecond } from '../../plan/project-size.js';
import { ToolError } from '../../tools/tool-error.js';
import { chooseSamples, seekTo } from '../../verify/content/samples.js';
import type { MeasuredMetric, MetricFloor } from '../../verify/metric.js';
import { clockShift, pairTracks } from '../../verify/tracks.js';
import type { ContentInput } from './measure-content.js';

/**
 * Measures the encoded picture at start, middle and end, without film grain.
 * @returns null when no picture was encoded
 * @throws ToolError when a tool is cancelled or takes too long; a sample that cannot be measured is left out
 */
export async function measureMetric(input: ContentInput, floor: MetricFloor): Promise<MeasuredMetric | null> {
  const { info, outputInfo, plan, measured, run, limitMs } = input;
  const pair = pairTracks({ source: info, output: outputInfo, plan }).find(
    (track) => track.plan.action === 'encode-video',
  );
  if (pair?.source.kind !== 'video' || pair.output === undefined || pair.plan.action !== 'encode-video')
    return null;
  const stream = pair.source;
  const { video } = pair.plan;
  const shift = clockShift(info);
  const values: number[] = [];
  for (const sample of chooseSamples(info, measured, stream)) {
    const start = sample.start - shift;
    const args = metricArgs({
      metric: floor.name,
      source: { input: input.source, index: stream.index, seek: seekTo(info, sample.start), decoder: [] },
      output: {
        input: input.output,
        index: pair.output.index,
        seek: seekTo(outputInfo, start),
        decoder: grainlessDecoder(pair.output.codec, input.decoders),
      },
      filters: [...timingFilters({ info, stream }), ...video.filters],
      pixelFormat: video.pixelFormat,
      width: video.width,
      height: video.height,
      start,
      end: sample.end - shift,
      clockShift: shift,
      frameSeconds: 1 / (framesPerSecond(stream) * video.framesPerFrame),
    });
    try {
      const value = metricValue(floor.name, (await run('ffmpeg', args, { limitMs })).stderr);
      if (value !== null) values.push(value);
    } catch (error) {
      if (!(error instanceof ToolError && error.code === 'tool_failed')) throw error;
    }
  }
  return { ...floor, samples: values };
}
