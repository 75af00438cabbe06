import { languageTag } from '../media/language.js';
import type { MediaInfo } from '../media/media-info.js';
import { ffmpegMuxArgs } from './mux-ffmpeg.js';
import { mkvmergeArgs } from './mux-matroska.js';
import type { MuxInput, ToolCommand } from './mux.types.js';

function withWritableLanguages(info: MediaInfo, registered: ReadonlySet<string> | null): MediaInfo {
  const streams = info.streams.map((stream) => {
    if (stream.language === null) return stream;
    return { ...stream, language: languageTag(stream.language, registered) };
  });
  return { ...info, streams };
}

/** The command that joins what the earlier steps made. mkvmerge's exit code 1 is a warning, 2 a failure. */
export function muxArgs(told: MuxInput): ToolCommand {
  const input = { ...told, info: withWritableLanguages(told.info, told.languages ?? null) };
  return input.plan.container === 'mkv'
    ? { tool: 'mkvmerge', args: mkvmergeArgs(input) }
    : { tool: 'ffmpeg', args: ffmpegMuxArgs(input) };
}
