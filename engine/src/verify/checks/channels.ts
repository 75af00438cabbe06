import type { HeaderCheck } from '../verify.types.js';

export const checkChannels: HeaderCheck = (_input, tracks) =>
  tracks.flatMap(({ source, output, plan }) => {
    if (source.kind !== 'audio' || output?.kind !== 'audio') return [];
    const encoded = plan.action === 'encode-audio' ? plan.audio : null;
    const channels = encoded?.channels ?? source.channels;
    const layout = encoded?.channelLayout ?? null;
    if (output.channels === channels && (layout === null || output.channelLayout === layout)) return [];
    const message =
      `Stream ${source.index} has ${output.channels} channels (${output.channelLayout ?? 'no layout'}), ` +
      `planned were ${channels} (${layout ?? 'as in the source'}).`;
    return [{ code: 'channels' as const, message, stream: source.index }];
  });
