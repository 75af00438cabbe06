import type { DataStream } from '../../media/media-info.js';
import type { StreamPlan } from '../plan.types.js';

export function planData(stream: DataStream): StreamPlan {
  const message = `A data stream (${stream.codec}), which no player shows.`;
  return { index: stream.index, action: 'drop', reason: { code: 'data_dropped', message } };
}
