import { constantRate } from '../../command/frame-rate.js';
import type { MeasuredStreams, VideoStream } from '../../media/media-info.js';
import type { JobContext } from '../../pipeline/step.js';
import type { RpuSummary } from '../../tools/dolby-vision/rpu-summary.js';
import type { DolbyVisionMetadata } from './fields.js';

/** @param summary of the RPUs; null when there was no program to read them */
export function metadataOf(
  video: VideoStream,
  measured: MeasuredStreams,
  summary: RpuSummary | null,
): DolbyVisionMetadata {
  const { masteringDisplay, contentLight, hdr10Plus, dolbyVision } = video.hdr;
  return {
    frames: measured.streams.find(({ index }) => index === video.index)?.packets ?? 0,
    rate: constantRate(video),
    masteringDisplay,
    contentLight,
    profile: dolbyVision?.profile ?? null,
    level: dolbyVision?.level ?? null,
    layer: summary?.layer ?? dolbyVision?.layer ?? null,
    cmVersion: summary?.cmVersion ?? null,
    crop: summary?.crop ?? null,
    hdr10Plus,
  };
}

/** One line a fact, as a person would ask for them. */
export function logMetadata({ log }: JobContext, metadata: DolbyVisionMetadata): void {
  const { rate, masteringDisplay: display, contentLight: light, crop } = metadata;
  const perSecond = rate === null ? 'unknown' : `${rate.numerator}/${rate.denominator}`;
  const layers = { mel: ' (MEL)', fel: ' (FEL)' };
  const layer = metadata.layer === null ? '' : layers[metadata.layer];
  log.info(`frames: ${metadata.frames}, ${perSecond} a second`);
  log.info(
    `Dolby Vision: profile ${metadata.profile ?? 'unknown'}${layer}, level ${metadata.level ?? 'unknown'}, CM v${metadata.cmVersion ?? ' unknown'}`,
  );
  log.info(
    `mastering display: ${display === null ? 'none' : `${display.minLuminance} to ${display.maxLuminance} cd/m2`}; ` +
      `content light: ${light === null ? 'none' : `MaxCLL ${light.maxContent}, MaxFALL ${light.maxAverage}`}`,
  );
  log.info(
    `active area (L5): ${crop === null ? 'not told' : `${crop.top} from the top, ${crop.bottom} bottom, ${crop.left} left, ${crop.right} right`}; ` +
      `HDR10+: ${metadata.hdr10Plus ? 'present' : 'none'}`,
  );
}
