import { describe, expect, it } from 'vitest';
import { streamsOf } from '#engine/media/media-info.js';
import { probeFile } from '#engine/tools/ffprobe.js';
import { runTool } from '#engine/tools/run-tool.js';
import { ToolError } from '#engine/tools/tool-error.js';
import { felFilm, melFilm } from '../support/dolby-vision.ts';

const timeoutMs = 60_000;

const recordOf = async (file: string, run = runTool) =>
  streamsOf(await probeFile(file, { timeoutMs, run }), 'video')[0]?.hdr.dolbyVision;

/** An ffprobe of which the question for the layer comes to this. */
const answering =
  (answer: () => never): typeof runTool =>
  (tool, args, options) =>
    args.includes('-select_streams') ? answer() : runTool(tool, args, options);

const ended = (code: ToolError['code']) => () => {
  throw new ToolError(code, code, { tool: 'ffprobe', exitCode: 1, signal: null, stderr: '' });
};

describe('the enhancement layer of Profile 7', () => {
  it('is minimal or full, as its frames say', async () => {
    expect(await recordOf(await melFilm())).toMatchObject({ profile: 7, elPresent: true, layer: 'mel' });
    expect(await recordOf(await felFilm())).toMatchObject({ profile: 7, elPresent: true, layer: 'fel' });
  });

  it('is unknown where ffprobe cannot say, and the file is read all the same', async () => {
    for (const code of ['tool_failed', 'tool_time_limit', 'tool_bad_output'] as const) {
      const record = await recordOf(await melFilm(), answering(ended(code)));
      expect(record).toMatchObject({ profile: 7 });
      expect(record?.layer).toBeUndefined();
    }
  });

  it('does not hide that somebody has cancelled', async () => {
    await expect(recordOf(await melFilm(), answering(ended('tool_cancelled')))).rejects.toThrow(ToolError);
  });
});
