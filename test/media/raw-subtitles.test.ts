import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { streamsOf } from '#engine/media/media-info.js';
import { standard } from '#engine/pipelines/standard/index.js';
import { profileSchema } from '#engine/profile/schema/index.js';
import { probeFile } from '#engine/tools/ffprobe.js';
import { ffmpeg, smallBunny } from '../support/media.ts';
import { runFilm } from './run-film.ts';
import { because, LACKS_X265 } from './dolby-vision/real-tool.ts';

it.skipIf(LACKS_X265 !== null)(
  `carries MP4's own subtitles over beside a raw picture${because(LACKS_X265)}`,
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'boilarr-raw-subtitles-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const text = path.join(folder, 'text.srt');
    await writeFile(text, '1\n00:00:00,200 --> 00:00:01,500\nGrüße — “you”\n');
    const source = path.join(folder, 'film.mp4');
    await ffmpeg(
      ...['-i', await smallBunny(), '-i', text, '-map', '0', '-map', '1', '-c', 'copy', '-c:s', 'mov_text'],
      ...['-metadata:s:s:0', 'language=fre', source],
    );
    const profile = profileSchema.parse({
      dolbyVision: { others: 'reencode', crf: 40, preset: 13 },
      act: { minimumExpectedSaving: 0 },
    });
    const { output, log, outcome } = await runFilm(standard, {
      source,
      folder: path.join(folder, 'work'),
      profile,
    });
    expect(outcome.kind, log.join('\n')).toBe('delivered');
    const info = await probeFile(output ?? '', { timeoutMs: 60_000 });
    expect(streamsOf(info, 'video')).toMatchObject([{ codec: 'hevc' }]);
    expect(streamsOf(info, 'subtitle')).toMatchObject([{ codec: 'subrip', language: 'fre' }]);
    const srt = path.join(folder, 'out.srt');
    await ffmpeg('-i', output ?? '', '-map', '0:s:0', srt);
    expect(await readFile(srt, 'utf8')).toContain('Grüße — “you”');
  },
);
