import type { Reason } from '#contracts';
import type { MeasuredStreams, MediaInfo } from '../media/media-info.js';
import { withMeasurements } from '../media/with-measurements.js';
import { decide } from '../plan/decide.js';
import type { FilmPipeline, Plan } from '../plan/plan.types.js';
import type { Profile } from '../profile/schema/index.js';

/** What in a profile would stop it, for each thing that it would do again. */
function remedies(plan: Plan, output: MediaInfo): string[] {
  const codecOf = (index: number) =>
    output.streams.find((stream) => stream.index === index)?.codec ?? 'unknown';
  const found = plan.streams.flatMap(({ action, index }) => {
    // What a profile asks for by name, no list of codecs keeps it from.
    if (action === 'encode-video' && plan.dolbyVision !== null) return ['raise act.minimumBitRate'];
    if (action === 'encode-video')
      return [`add ${codecOf(index)} to act.goodVideoCodecs or raise act.minimumBitRate`];
    if (action === 'encode-audio') return [`add ${codecOf(index)} to audio.keepCodecs`];
    if (action === 'convert-subtitle') return ['set subtitles.textFormat to keep'];
    return action === 'drop' ? [`see why it would drop stream ${index}`] : [];
  });
  if (plan.added.length > 0) found.push('set audio.stereoDownmix to none');
  if (found.length === 0) found.push(`add ${plan.container} to act.goodContainers`);
  return [...new Set(found)];
}

/**
 * Runs a profile on what it made: whether it would take its own result for a file that needs work, and go on for ever.
 * @param made the pipeline that made it
 * @param measured of the output; without it, what the headers claim
 * @returns null when the result would be left alone
 */
export function profileRepeats(
  output: MediaInfo,
  profile: Profile,
  made: FilmPipeline,
  measured: MeasuredStreams | null,
): Reason | null {
  const decision = decide(measured === null ? output : withMeasurements(output, measured), profile);
  if (decision.verdict === 'skip') return null;
  // What a new picture or new metadata leaves for the rest of the profile is a job of its own, and the last.
  if (made !== 'compress' && decision.plan.pipeline === 'compress') return null;
  const message =
    `The profile would encode its own result again: ${decision.reason.message} ` +
    `In the profile, ${remedies(decision.plan, output).join('; ')}.`;
  return { code: 'profile_repeats', message };
}
