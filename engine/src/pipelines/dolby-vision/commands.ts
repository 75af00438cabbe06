import {
  convertArgs,
  extractRpuArgs,
  infoArgs,
  injectRpuArgs,
} from '../../command/dolby-vision/dovi-tool-args.js';
import { rawVideoArgs } from '../../command/dolby-vision/raw-video-args.js';
import { rpuUnitsArgs } from '../../command/dolby-vision/rpu-units-args.js';
import { streamsOf } from '../../media/media-info.js';
import type { DolbyVisionWork } from '../../plan/plan.types.js';
import {
  Description,
  lacksTools,
  refusedFor,
  type CommandsInput,
  type DescribedCommands,
} from '../described.js';
import { describeX265, startOfPicture } from '../film/describe-x265.js';
import { dolbyVisionNeeds } from './needs.js';

const isProfile8 = ({ kind }: DolbyVisionWork) => kind === 'profile81' || kind === 'profile84';

/** The steps on the way to one picture with its metadata. */
class PictureSteps {
  private readonly source: string;
  private readonly index: number;
  private readonly hasDoviTool: boolean;

  constructor(
    private readonly described: Description,
    private readonly input: CommandsInput,
    private readonly work: DolbyVisionWork,
  ) {
    this.source = input.source;
    this.index = streamsOf(input.info, 'video')[0]?.index ?? 0;
    this.hasDoviTool = input.capabilities.tools['dovi_tool'] !== undefined;
  }

  /** What reads the metadata out of the source, without a file on the way. */
  private readRpus(step: string, output: string, toProfile81: boolean): void {
    const { source, index } = this;
    this.described.add(
      step,
      ['dovi_tool', ...extractRpuArgs({ input: '-', output, toProfile81 })],
      ['ffmpeg', ...rawVideoArgs({ source, index, output: '-' })],
    );
  }

  look(): void {
    if (!this.hasDoviTool) return;
    const look = this.described.name('look.bin');
    this.readRpus('get_metadata', look, false);
    this.described.add('get_metadata', ['dovi_tool', ...infoArgs(look)]);
  }

  convert(): string {
    const { described, source, index } = this;
    const layers = described.name('layers.hevc');
    const single = described.name('single.hevc');
    const rpu = described.name('rpu.bin');
    described.add('extract_p7', ['ffmpeg', ...rawVideoArgs({ source, index, output: layers })]);
    described.add('convert_p8', ['dovi_tool', ...convertArgs({ input: layers, output: single })]);
    const read = extractRpuArgs({ input: single, output: rpu, toProfile81: false });
    described.add('extract_rpu', ['dovi_tool', ...read]);
    return single;
  }

  reencode(): string | null {
    const { described, input, source, index, work } = this;
    const rpu = described.name('rpu.bin');
    if (!this.hasDoviTool) {
      const [units, times] = [described.name('rpu.units'), described.name('rpu.times')];
      described.add('extract_rpu', ['ffmpeg', ...rpuUnitsArgs({ source, index, units, times })]);
      const profile = work.compatibilityId === 4 ? '8.4' : '8.1';
      return describeX265(described, input, { profile, rpu });
    }
    this.readRpus('extract_rpu', rpu, !isProfile8(work));
    const video = describeX265(described, input, null);
    if (video === null) return null;
    const output = described.name('injected.hevc');
    described.add('inject_rpu', ['dovi_tool', ...injectRpuArgs({ video, rpu, output })]);
    const check = extractRpuArgs({ input: output, output: described.name('check.bin'), toProfile81: false });
    described.add('inject_rpu', ['dovi_tool', ...check]);
    return output;
  }
}

/** The commands of a plan that makes Profile 8 of what is in the file. */
export function describeDolbyVision(input: CommandsInput): DescribedCommands {
  const { plan, info, capabilities } = input;
  const missing = lacksTools(capabilities, dolbyVisionNeeds(plan).tools);
  if (missing !== null) return refusedFor(missing);
  const described = new Description(input);
  const { dolbyVision: work } = plan;
  if (work === null) return described.result();
  const steps = new PictureSteps(described, input, work);
  steps.look();
  const video = work.way === 'convert' ? steps.convert() : steps.reencode();
  const subtitles = described.subtitles('remux_final');
  const made = { video, subtitles, timestamps: null, audio: null, videoStart: startOfPicture(info) };
  described.check('remux_final', described.join('remux_final', made));
  return described.result();
}
