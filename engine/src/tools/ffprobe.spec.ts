import { describe, expect, it } from 'vitest';
import { probeFile, type RunTool } from './ffprobe.js';
import { ToolError, type ToolErrorCode } from './tool-error.js';

const FILE = '/films/a\n[b].mkv';

function failing(code: ToolErrorCode, stderr: string): RunTool {
  const details = { tool: 'ffprobe', exitCode: 1, signal: null, stderr };
  return () => Promise.reject(new ToolError(code, 'ffprobe ended with exit code 1: …', details));
}

const probed = (run: RunTool) => probeFile(FILE, { timeoutMs: 1000, run });

describe('a file that ffprobe does not get along with', () => {
  it.each<[what: string, code: ToolErrorCode, stderr: string, message: string]>([
    [
      'no film',
      'tool_failed',
      `file:${FILE}: Invalid data found when processing input`,
      'Nothing can be played from this file: it is empty, cut off, damaged at its head, or no film. ' +
        'ffprobe says: Invalid data found when processing input',
    ],
    [
      'repeated words, and addresses in memory',
      'tool_failed',
      '[matroska,webm @ 0x55f5] Duplicate element\n[matroska,webm @ 0x66a6] Duplicate element\nEnd of file',
      'Nothing can be played from this file: it is empty, cut off, damaged at its head, or no film. ' +
        'ffprobe says: matroska,webm: Duplicate element | End of file',
    ],
    [
      'not a word',
      'tool_failed',
      '',
      'Nothing can be played from this file: it is empty, cut off, damaged at its head, or no film. ' +
        'ffprobe says: nothing',
    ],
    [
      'a crash',
      'tool_killed',
      '',
      'This file, or a lack of memory, ended the program that reads headers. (ffprobe ended with exit code 1: …)',
    ],
    [
      'too slow',
      'tool_time_limit',
      '',
      'This file takes too long to read: it is badly damaged, or its disk is very slow. ' +
        '(ffprobe ended with exit code 1: …)',
    ],
    ['ffprobe itself missing', 'tool_missing', '', 'ffprobe ended with exit code 1: …'],
  ])('says first what it means: %s', async (_, code, stderr, message) => {
    await expect(probed(failing(code, stderr))).rejects.toMatchObject({ code, message });
  });

  it('says so as well when the answer is none', async () => {
    const run: RunTool = () =>
      Promise.resolve({ exitCode: 0, stdout: '{"format"', stderr: '', durationMs: 1 });
    const words =
      /^What this file says of itself is too much, or makes no sense: it is damaged. \(ffprobe's answer/;
    await expect(probed(run)).rejects.toThrow(words);
  });
});
