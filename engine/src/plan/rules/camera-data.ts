import { streamsOf, type DataStream } from '../../media/media-info.js';
import type { SourceRule } from '../plan.types.js';

/** What cameras and drones record beside the film, by the tag in MP4: places, speeds, turns. */
const CAMERA_TAGS = new Set(['gpmd', 'camm', 'djmd', 'dbgi', 'rtmd']);

const isCameraData = ({ codec, codecTag }: DataStream) =>
  codec === 'klv' || (codecTag !== null && CAMERA_TAGS.has(codecTag));

/** No other container than the camera's own can hold it. */
export const cameraData: SourceRule = {
  code: 'camera_data',
  evaluate({ info, profile }) {
    if (profile.keep.cameraData === 'drop') return null;
    const stream = streamsOf(info, 'data').find(isCameraData);
    if (stream === undefined) return null;
    const what = stream.codecTag ?? stream.codec;
    const message = `Stream ${stream.index} (${what}) is what the camera recorded beside the film, which would be lost; keep.cameraData: drop gives it up.`;
    return { code: this.code, message };
  },
};
