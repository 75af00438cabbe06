import type { MediaFile } from '#contracts';
import type { MediaFileEntity } from './media-file.entity.js';

/** A missing file keeps what was decided on it, for when it comes back; meanwhile this is what there is to say. */
const MISSING = {
  code: 'missing',
  message: 'the last scan did not find it, or the library now leaves it out',
};

export function toMediaFile(row: MediaFileEntity): MediaFile {
  const { id, libraryId, directory, name, size, mtimeNs, status, reasonCode, reasonMessage } = row;
  const { profileHash, expectedSaving, container, videoCodec, width, height, durationSeconds } = row;
  const reason = reasonCode === null ? null : { code: reasonCode, message: reasonMessage ?? '' };
  return {
    ...{ id, libraryId, size, mtimeNs, status, profileHash, expectedSaving },
    path: directory === '' ? name : `${directory}/${name}`,
    reason: status === 'missing' ? MISSING : reason,
    ...{ container, videoCodec, width, height, durationSeconds },
    updatedAt: new Date(row.updatedAt).toISOString(),
  };
}
