import {
  Description,
  lacksTools,
  refusedFor,
  type CommandsInput,
  type DescribedCommands,
} from '../described.js';
import { describeX265, startOfPicture } from '../film/describe-x265.js';
import { STANDARD_NEEDS } from './needs.js';

/** The commands of a plan whose picture x265 itself makes. */
export function describeStandard(input: CommandsInput): DescribedCommands {
  const missing = lacksTools(input.capabilities, STANDARD_NEEDS.tools);
  if (missing !== null) return refusedFor(missing);
  const described = new Description(input);
  const video = describeX265(described, input, null);
  const subtitles = described.subtitles('move_final');
  const made = { video, subtitles, timestamps: null, audio: null, videoStart: startOfPicture(input.info) };
  described.check('move_final', described.join('move_final', made));
  return described.result();
}
