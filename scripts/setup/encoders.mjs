import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { RUNTIME } from './paths.mjs';
import { SetupError } from './say.mjs';
import { stamp } from './stamp.mjs';
import { findOnPath } from './system-tools.mjs';

/** Encoders that ffmpeg must have been built with. */
const ENCODERS = ['libsvtav1', 'libopus'];

const checked = stamp(path.join(RUNTIME, 'ffmpeg-checked'));

/**
 * Can this ffmpeg make what Boilarr makes? Asked once for each ffmpeg.
 * @throws {SetupError} when it cannot
 */
export async function checkEncoders() {
  const ffmpeg = findOnPath('ffmpeg') ?? 'ffmpeg';
  const { size, mtimeMs } = statSync(ffmpeg);
  const identity = `${ffmpeg} ${size} ${mtimeMs}\n`;
  if (checked.is(identity)) return;
  await checked.around(identity, () => {
    const list = listEncoders(ffmpeg);
    const missing = ENCODERS.filter((encoder) => !new RegExp(`^ [VAS][A-Z.]+ ${encoder} `, 'm').test(list));
    if (missing.length === 0) return;
    throw new SetupError(
      `${ffmpeg} was built without ${missing.join(' and ')}, with which Boilarr writes AV1 and Opus.\n` +
        'Put an ffmpeg that has them first on the PATH (those of Debian 12, Fedora and Arch do) and start again.',
    );
  });
}

/** @param {string} ffmpeg */
function listEncoders(ffmpeg) {
  try {
    return execFileSync(ffmpeg, ['-hide_banner', '-loglevel', 'error', '-encoders'], { encoding: 'utf8' });
  } catch (error) {
    throw new SetupError(`${ffmpeg} does not run: ${error instanceof Error ? error.message : String(error)}`);
  }
}
