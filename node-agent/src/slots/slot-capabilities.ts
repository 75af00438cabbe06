import type { Capabilities, Lane } from '#contracts';
import type { Slot } from './slot-pool.js';

/** What a job may use of a node: hardware in gpu lanes alone, and with a slot on a card that card's. */
export function slotCapabilities(
  lane: Lane,
  device: Slot['device'],
  capabilities: Capabilities,
): Capabilities {
  if (!lane.startsWith('gpu')) return { ...capabilities, hardwareEncoders: [], gpus: [] };
  if (device === null) return capabilities;
  return {
    ...capabilities,
    hardwareEncoders: [...device.encoders],
    gpus: capabilities.gpus.filter(({ id }) => id === device.id),
  };
}
