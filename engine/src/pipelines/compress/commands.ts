import path from 'node:path';
import type { Capabilities, Reason } from '#contracts';
import { audioArgs } from '../../command/audio-args.js';
import { dateArgs } from '../../command/date-args.js';
import { decodeArgs } from '../../command/decode-args.js';
import { chooseEncoder } from '../../command/encoders/index.js';
import { chaptersXml, tagsXml } from '../../command/matroska-xml.js';
import { muxArgs } from '../../command/mux-args.js';
import type { MuxFiles } from '../../command/mux.types.js';
import { coverArgs, restArgs } from '../../command/rest-args.js';
import { copiedCovers, planned } from '../../command/stream-plans.js';
import { subtitleArgs } from '../../command/subtitle-args.js';
import { FRAME_TIME_ARGS } from '../../command/timestamps.js';
import { videoArgs, videoExtension } from '../../command/video-args.js';
import type { MediaInfo } from '../../media/media-info.js';
import type { Plan } from '../../plan/plan.types.js';
import { fileUrl } from '../../tools/ffprobe.js';

/** A command of a step, as it would be run. */
export interface StepCommand {
  step: string;
  argv: string[];
}

export interface DescribedCommands {
  commands: StepCommand[];
  /** what is worth knowing of the choice of encoder: a fallback, grain that is left out */
  note: string | null;
  /** why the node that was asked about cannot do this; its commands are left out then */
  refused: Reason | null;
}

interface CommandsInput {
  source: string;
  info: MediaInfo;
  plan: Plan;
  /** of the node that would do it */
  capabilities: Capabilities;
  workFolder: string;
}

/**
 * The commands of a plan in the order in which a node runs them. Names in the work folder are shorter than a job's,
 * which hold its token as well.
 */
export function describeCommands(input: CommandsInput): DescribedCommands {
  const { source, info, plan, capabilities } = input;
  const name = (file: string) => path.join(input.workFolder, file);
  const commands: StepCommand[] = [];
  const add = (step: string, tool: string, args: string[] | null) => {
    if (args !== null) commands.push({ step, argv: [tool, ...args] });
    return args !== null;
  };
  let [video, timestamps, note]: [string | null, string | null, string | null] = [null, null, null];
  const [picture] = planned(info, plan, 'encode-video');
  if (picture?.stream.kind === 'video') {
    const choice = chooseEncoder(picture.plan.video, capabilities);
    if (!choice.ok) return { commands: [], note: null, refused: choice.reason };
    const { codec } = picture.plan.video;
    ({ note } = choice);
    video = name(`video.${videoExtension(codec)}`);
    const { stream } = picture;
    const { encoder } = choice;
    add(
      'encode_video',
      'ffmpeg',
      videoArgs({ input: source, output: video, video: picture.plan.video, encoder, stream, info }),
    );
    if (plan.container === 'mkv' && videoExtension(codec) === 'ivf') timestamps = name('timestamps.txt');
  }
  const parts = { input: source, info, plan };
  const part = (step: string, file: string, build: (output: string) => string[] | null) =>
    add(step, 'ffmpeg', build(name(file))) ? name(file) : null;
  const audio = part('encode_audio', 'audio.mka', (output) => audioArgs({ ...parts, output }));
  const subtitles = part('convert_subtitles', 'subtitles.mks', (output) =>
    subtitleArgs({ ...parts, output }),
  );
  const rest = part('mux', 'rest.mkv', (output) => restArgs({ ...parts, output }));
  const covers = copiedCovers(info, plan).map(({ index }) => ({ index, path: name(`cover-${index}`) }));
  for (const cover of covers)
    add('mux', 'ffmpeg', coverArgs({ input: source, output: cover.path, index: cover.index }));
  if (timestamps !== null && video !== null) add('mux', 'ffprobe', [...FRAME_TIME_ARGS, fileUrl(video)]);
  const matroska = plan.container === 'mkv';
  const files: MuxFiles = {
    ...{ video, timestamps, audio, subtitles, rest, covers },
    chapters: matroska && chaptersXml(info) !== null ? name('chapters.xml') : null,
    tags: matroska && tagsXml(info) !== null ? name('tags.xml') : null,
  };
  const output = name(`output.${plan.container}`);
  const join = muxArgs({ source, output, info, plan, files });
  add('mux', join.tool, join.args);
  add('mux', 'mkvpropedit', dateArgs(info, plan, output));
  add('verify', 'ffmpeg', decodeArgs(output));
  return { commands, note, refused: null };
}
