import { describe, expect, it } from 'vitest';
import { ToolError, type ToolErrorCode } from '../tools/tool-error.js';
import { failureOf } from './failure.js';
import { StepFailure } from './step.js';

function tool(code: ToolErrorCode, stderr = '', stdout = ''): ToolError {
  return new ToolError(code, 'ffmpeg ended', { tool: 'ffmpeg', exitCode: 1, signal: null, stderr, stdout });
}
const errno = (code: string) => Object.assign(new Error('said'), { code });

describe('failureOf', () => {
  it.each<[string, unknown, string, boolean]>([
    ["a step's own", new StepFailure({ code: 'mine', message: 'x' }, false), 'mine', false],
    ['a tool that failed', tool('tool_failed', 'av_interleaved_write_frame(): Broken'), 'tool_failed', true],
    ['a tool that is missing', tool('tool_missing'), 'tool_missing', false],
    ['a tool that took too long', tool('tool_time_limit'), 'tool_time_limit', false],
    [
      'ffmpeg on a full disk',
      tool('tool_failed', 'av_interleaved_write_frame(): No space left on device'),
      'no_space_work',
      true,
    ],
    [
      'mkvmerge on a full disk',
      tool('tool_failed', '', '#GUI#error No space left on device'),
      'no_space_work',
      true,
    ],
    [
      'a tool that was cancelled while the disk was full',
      tool('tool_stalled', 'No space left on device'),
      'tool_stalled',
      true,
    ],
    ['a full disk', errno('ENOSPC'), 'no_space_work', true],
    ['a used up quota', errno('EDQUOT'), 'no_space_work', true],
    ['another error of the system', errno('EIO'), 'eio', true],
    ['an error of ours', new TypeError('x is undefined'), 'step_error', true],
    ['what is no error', 'text', 'step_error', true],
  ])('%s', (_name, error, code, retryable) => {
    const failure = failureOf(error, 'encode_video');
    expect(failure).toMatchObject({ reason: { code }, retryable });
    if (!(error instanceof StepFailure)) expect(failure.reason.message).toContain('encode_video: ');
  });

  it('says what it means before the words of a tool', () => {
    expect(failureOf(tool('tool_failed'), 'encode_audio').reason.message).toBe(
      'A program could not do its part, perhaps because the file is damaged, and the original stays. ' +
        'encode_audio: ffmpeg ended',
    );
  });
});
