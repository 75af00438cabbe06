import { decodeArgs } from '../../command/decode-args.js';
import type { MediaInfo, Stream } from '../../media/media-info.js';
import type { JobContext } from '../../pipeline/step.js';
import { ToolError } from '../../tools/tool-error.js';
import { isCopied, pairTracks, tracksOf } from '../../verify/tracks.js';
import { sourceOf } from './params.js';
import { need } from './fields.js';
import { runFfmpeg } from './run-ffmpeg.js';

const isDecoded = ({ kind }: Stream) => kind === 'video' || kind === 'audio';

/** @returns what a decoder says about a file, or about some of its streams; nothing is the only good answer */
async function complaintsOf(
  context: JobContext,
  file: string,
  indexes?: readonly number[],
  look = true,
): Promise<string> {
  const { durationSeconds } = need(context, 'info').container;
  try {
    return (await runFfmpeg(context, decodeArgs(file, indexes, look), { durationSeconds })).stderr;
  } catch (error) {
    // It stops at the first mistake, because it is told to.
    if (error instanceof ToolError && error.code === 'tool_failed')
      return error.details.stderr || error.message;
    throw error;
  }
}

/**
 * Decodes every frame of the result. What was copied is the source's own, and may be as damaged as it was there:
 * such a track is excused when the source's decoder stumbles as well; what was made here never is.
 * @returns what the decoder said that nothing excuses
 */
export async function decodeOutput(
  context: JobContext,
  outputInfo: MediaInfo,
  file: string,
): Promise<string> {
  const said = await complaintsOf(context, file);
  if (said === '') return '';
  const copied = pairTracks({
    source: need(context, 'info'),
    output: outputInfo,
    plan: need(context, 'plan'),
  }).flatMap(({ source, output, plan }) =>
    isCopied(plan) && output !== undefined && isDecoded(source) ? [{ source, output }] : [],
  );
  if (copied.length === 0) return said;
  const indexes = copied.map(({ source }) => source.index);
  if ((await complaintsOf(context, sourceOf(context).localPath, indexes)) === '') return said;
  context.log.info(
    'what is copied of the source is damaged there as well; only what was made here must decode cleanly',
  );
  const made = tracksOf(outputInfo).filter(
    (track) => isDecoded(track) && !copied.some(({ output }) => output.index === track.index),
  );
  return made.length === 0
    ? ''
    : complaintsOf(
        context,
        file,
        made.map(({ index }) => index),
        // Else what is damaged at the beginning of a copied track would be held against the others.
        false,
      );
}
