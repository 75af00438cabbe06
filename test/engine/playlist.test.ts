import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { probeFile } from '#engine/tools/ffprobe.js';
import { copyBunny } from '../support/media.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it.each([
  ['ffconcat', "ffconcat version 1.0\nfile 'film.mp4'\n"],
  ['HLS', '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfilm.mp4\n#EXT-X-ENDLIST\n'],
])('takes no list of other files (%s) for a film, whatever it is called', async (_what, text) => {
  const folder = await temporaryFolder();
  await copyBunny(path.join(folder, 'film.mp4'));
  const file = path.join(folder, 'list.mkv');
  await writeFile(file, text);
  await expect(probeFile(file, { timeoutMs: 30_000 })).rejects.toThrow(/list of other files|no film/);
});
