import { audioArgs } from '../../command/audio-args.js';
import { chooseEncoder } from '../../command/encoders/index.js';
import { planned } from '../../command/stream-plans.js';
import { FRAME_TIME_ARGS } from '../../command/timestamps.js';
import { videoArgs, videoExtension } from '../../command/video-args.js';
import { fileUrl } from '../../tools/ffprobe.js';
import { Description, refusedFor, type CommandsInput, type DescribedCommands } from '../described.js';

/** The commands of a plan that ffmpeg's own encoders carry out. */
export function describeCompress(input: CommandsInput): DescribedCommands {
  const { source, info, plan, capabilities } = input;
  const described = new Description(input);
  let [video, timed, note]: [string | null, string | null, string | null] = [null, null, null];
  const [picture] = planned(info, plan, 'encode-video');
  if (picture?.stream.kind === 'video') {
    const choice = chooseEncoder(picture.plan.video, capabilities);
    if (!choice.ok) return refusedFor(choice.reason);
    ({ note } = choice);
    const { stream } = picture;
    const { encoder } = choice;
    const extension = videoExtension(picture.plan.video.codec);
    video = described.part('encode_video', `video.${extension}`, (output) =>
      videoArgs({ input: source, output, video: picture.plan.video, encoder, stream, info }),
    );
    if (plan.container === 'mkv' && extension === 'ivf') timed = video;
  }
  const audio = described.part('encode_audio', 'audio.mka', (output) =>
    audioArgs({ input: source, info, plan, output }),
  );
  const subtitles = described.subtitles('convert_subtitles');
  const timestamps = timed === null ? null : described.name('timestamps.txt');
  const output = described.join('mux', { video, timestamps, audio, subtitles }, () => {
    if (timed !== null) described.add('mux', ['ffprobe', ...FRAME_TIME_ARGS, fileUrl(timed)]);
  });
  described.check('verify', output);
  return described.result(note);
}
