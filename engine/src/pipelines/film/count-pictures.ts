import type { JobContext } from '../../pipeline/step.js';
import { fileUrl } from '../../tools/ffprobe.js';
import { paramsOf } from './params.js';

/** Counts the frames of a raw stream without decoding it: what an encoder says that it has written need not be there. */
export async function countPictures(context: JobContext, file: string): Promise<number> {
  let frames = 0;
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=flags', '-of', 'csv=p=0'];
  await context.run('ffprobe', [...args, fileUrl(file)], {
    stallMs: paramsOf(context).profile.act.stallSeconds * 1000,
    onStdoutLine: (line) => {
      if (line !== '') frames += 1;
    },
  });
  return frames;
}
