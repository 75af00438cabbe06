import type { Capabilities, GpuDevice } from '#contracts';
import type { VideoEncode } from '../../plan/plan.types.js';
import { encoderTitle, hardwareEncoder, refusal, SOFTWARE_ENCODERS } from './choose.js';
import { HARDWARE_FAMILIES, type HardwareEncoder, type HardwareFamily } from './encoder.types.js';

/** What work asks of whoever does it. Plain lists, so that it can be kept as text and compared. */
export interface Needs {
  /** programs */
  tools: string[];
  /** ffmpeg's encoders; of each list one is enough */
  encoders: string[][];
  /** ffmpeg's filters, of which one is enough; empty: any ffmpeg will do */
  filters: string[];
  /** hardware encoders, of which a GPU lane's device must have one; empty: it needs no GPU */
  gpuEncoders: string[];
}

/** What a lane gives a job: a share of the processors, or of one card. */
export type SlotKind = 'cpu' | 'gpu';

/** What of a picture decides on the encoder. */
export type EncoderWish = Pick<VideoEncode, 'codec' | 'encoder' | 'fallback' | 'filmGrain' | 'pixelFormat'>;

function families({ encoder, filmGrain }: EncoderWish): readonly HardwareFamily[] {
  if (encoder === 'software' || encoder === 'svt') return [];
  if (encoder !== 'auto') return [encoder];
  // No hardware makes film grain.
  return filmGrain > 0 ? [] : HARDWARE_FAMILIES;
}

/** What a picture asks for: the encoders that `chooseEncoder` would take, wherever there is one. */
export function videoNeeds(video: EncoderWish): Pick<Needs, 'encoders' | 'gpuEncoders'> {
  const hardware = families(video)
    .map((family): HardwareEncoder => hardwareEncoder(video.codec, family))
    .filter((encoder) => refusal(video, encoder) === null);
  const isNamed = HARDWARE_FAMILIES.some((family) => family === video.encoder);
  const software = isNamed && video.fallback === 'none' ? [] : [SOFTWARE_ENCODERS[video.codec]];
  return { encoders: [[...software, ...hardware]], gpuEncoders: hardware };
}

/** The slots that work may be done in: what hardware alone can do never goes to a CPU lane. */
export function slotOf({ encoders, gpuEncoders }: Needs): SlotKind | 'any' {
  if (gpuEncoders.length === 0) return 'cpu';
  const inSoftware = encoders.every((group) => group.some((name) => !gpuEncoders.includes(name)));
  return inSoftware ? 'any' : 'gpu';
}

/** What a job sees of its node: in a CPU lane no hardware, in a GPU lane the card that it was given. */
export function shownCapabilities(capabilities: Capabilities, device: GpuDevice | null): Capabilities {
  return device === null
    ? { ...capabilities, hardwareEncoders: [], gpus: [] }
    : { ...capabilities, hardwareEncoders: device.encoders, gpus: [device] };
}

const described = (group: readonly string[]): string =>
  group.map((name) => (encoderTitle(name) === name ? name : `${encoderTitle(name)} (${name})`)).join(' or ');

function lacksOn(needs: Needs, capabilities: Capabilities, device: GpuDevice | null): string[] {
  const has = (name: string) =>
    needs.gpuEncoders.includes(name)
      ? (device?.encoders.includes(name) ?? false)
      : capabilities.encoders.includes(name);
  // A card that cannot encode this would only lend its slot to the processors.
  const idle =
    device !== null && needs.gpuEncoders.length > 0 && !needs.gpuEncoders.some((name) => has(name));
  return [
    ...needs.tools.filter((tool) => capabilities.tools[tool] === undefined),
    ...(idle ? [described(needs.gpuEncoders)] : []),
    ...needs.encoders
      .filter((group) => !idle && !group.some((name) => has(name)))
      .map((group) => (group.length === 0 ? 'an encoder for what the profile asks for' : described(group))),
    ...(needs.filters.length === 0 || needs.filters.some((name) => capabilities.filters.includes(name))
      ? []
      : [`the filter ${needs.filters.join(' or ')}`]),
  ];
}

/**
 * What a node lacks for some work in one kind of slot, in words such as `SVT-AV1 (libsvtav1)`; empty when it can do it. So for
 * a picture it is empty exactly where `chooseEncoder` finds an encoder by `shownCapabilities`, in a GPU lane one of the card.
 * @param devices cards that have slots
 */
export function lacks(
  needs: Needs,
  capabilities: Capabilities,
  kind: SlotKind,
  devices: readonly GpuDevice[] = capabilities.gpus,
): string[] {
  if (kind === 'cpu') return lacksOn(needs, capabilities, null);
  const answers = devices.map((device) => lacksOn(needs, capabilities, device));
  return answers.sort((a, b) => a.length - b.length)[0] ?? ['a GPU'];
}
