import type { AttachmentStream } from '../../media/media-info.js';
import type { Profile } from '../../profile/schema/index.js';
import { CONTAINER_NAMES } from '../containers.js';
import type { StreamPlan } from '../plan.types.js';

export function planAttachment(stream: AttachmentStream, profile: Profile): StreamPlan {
  const { index } = stream;
  const name = stream.fileName ?? 'attachment';
  const drop = (message: string): StreamPlan => ({
    index,
    action: 'drop',
    reason: { code: 'attachment_dropped', message },
  });
  if (profile.container !== 'mkv')
    return drop(`${CONTAINER_NAMES[profile.container]} has no attachments: ${name} is left out.`);
  if (!profile.keep.attachments) return drop(`The profile drops attachments: ${name} is left out.`);
  return { index, action: 'copy', reason: { code: 'attachment_copied', message: `${name} is kept.` } };
}
