/** dovi_tool's mode that makes Profile 8.1 of Profile 7: its enhancement layer's share of the metadata is taken out. */
const TO_PROFILE_81 = ['--mode', '2'] as const;

/**
 * dovi_tool's arguments for a raw stream of Profile 8.1: metadata converted, enhancement layer left out, the picture bit for bit.
 * @param input path of a raw HEVC stream, or `-` for standard input
 */
export function convertArgs({ input, output }: { input: string; output: string }): string[] {
  return [...TO_PROFILE_81, 'convert', '--discard', '--input', input, '--output', output];
}

export interface ExtractRpuInput {
  /** path of a raw HEVC stream, or `-` for standard input */
  input: string;
  output: string;
  /** for a source of Profile 7; what is Profile 8 already has to stay as it is */
  toProfile81: boolean;
}

/** dovi_tool's arguments for the metadata (RPUs) of a raw stream alone, in the order in which frames are shown. */
export function extractRpuArgs({ input, output, toProfile81 }: ExtractRpuInput): string[] {
  return [...(toProfile81 ? TO_PROFILE_81 : []), 'extract-rpu', '--input', input, '--rpu-out', output];
}

export interface InjectRpuInput {
  /** path of a raw HEVC stream: it is read twice */
  video: string;
  rpu: string;
  output: string;
}

/**
 * dovi_tool's arguments for putting RPUs into a raw stream. It only prints a warning where there are more or fewer of them than frames,
 * and repeats or leaves out what does not fit: count both before.
 */
export function injectRpuArgs({ video, rpu, output }: InjectRpuInput): string[] {
  return ['inject-rpu', '--input', video, '--rpu-in', rpu, '--output', output];
}

/** dovi_tool's arguments for a summary of a file of RPUs, see parseRpuSummary. */
export function infoArgs(rpu: string): string[] {
  return ['info', '--summary', '--input', rpu];
}
