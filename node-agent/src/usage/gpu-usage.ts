import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GpuDevice, NodeUsage } from '#contracts';
import { nvidiaId, queryNvidia } from '#engine/tools/gpu/nvidia.js';
import { SYSFS } from '#engine/tools/gpu/render-nodes.js';

type GpuUsage = NodeUsage['gpus'];

/** A share in percent as a tool or the kernel writes it; null: it does not say, as for a card that cannot tell. */
export function parsePercent(text: string): number | null {
  const match = /^(\d{1,3})(?: ?%)?$/.exec(text.trim());
  return match?.[1] === undefined ? null : Math.min(100, Number(match[1]));
}

async function busyFile(sysfs: string, node: string): Promise<number | null> {
  // amdgpu's; no other driver has it.
  const text = await readFile(path.join(sysfs, node, 'device', 'gpu_busy_percent'), 'utf8').catch(() => '');
  return parsePercent(text);
}

/** How busy each card is. Asks nvidia-smi, once for all, only where there is a card of NVIDIA's. */
export async function gpuUsage(devices: readonly GpuDevice[], sysfs = SYSFS): Promise<GpuUsage> {
  const nvidia = devices.some(({ id }) => id.startsWith('nvidia:'))
    ? await queryNvidia('utilization.gpu')
    : [];
  const told = new Map(nvidia.map((card) => [nvidiaId(card), parsePercent(card.field)]));
  return Promise.all(
    devices.map(async ({ id }) => {
      const node = /^dri:(renderD\d{1,3})$/.exec(id)?.[1];
      return { id, percent: node === undefined ? (told.get(id) ?? null) : await busyFile(sysfs, node) };
    }),
  );
}
