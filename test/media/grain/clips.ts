import path from 'node:path';
import { REAL } from '../../support/media.ts';
import { ffmpeg } from '../tools.ts';

export interface GrainClip {
  name: string;
  what: string;
  make: (folder: string) => Promise<string>;
}

const LOSSLESS_ENOUGH = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '10', '-an'];

function cut(name: string, source: string, start: string, filter: string): GrainClip['make'] {
  return async (folder) => {
    const file = path.join(folder, `${name}.mkv`);
    await ffmpeg('-ss', start, '-t', '3', '-i', source, '-vf', filter, ...LOSSLESS_ENOUGH, file);
    return file;
  };
}

/** A real film without visible noise, the same with the noise of a fast film stock, and drawings. */
export const GRAIN_CLIPS: readonly GrainClip[] = [
  {
    name: 'clean',
    what: 'a city at night, filmed digitally',
    make: cut('clean', REAL.city, '0', 'crop=720:404'),
  },
  {
    name: 'grainy',
    what: 'the same with Gaussian noise in every frame, as of fast film stock (no film with grain could be had)',
    make: cut('grainy', REAL.city, '0', 'crop=720:404,noise=c0s=12:c0f=t:all_seed=7'),
  },
  {
    name: 'animated',
    what: 'a computer-animated film (Big Buck Bunny)',
    make: cut('animated', REAL.bunny, '8', 'scale=960:540'),
  },
  {
    name: 'drawn',
    what: 'a drawn film with hard lines and flat areas',
    make: cut('drawn', REAL.segment, '1', 'null'),
  },
];
