import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GpuDevice } from '#contracts';

/** Where the kernel lists its cards. */
export const SYSFS = '/sys/class/drm';
export const DEVICES = '/dev/dri';

/** PCI's numbers of the makers. */
const VENDORS: Readonly<Record<string, GpuDevice['vendor']>> = {
  '0x8086': 'intel',
  '0x1002': 'amd',
  '0x10de': 'nvidia',
};
const TITLES: Readonly<Record<GpuDevice['vendor'], string>> = {
  intel: 'Intel GPU',
  amd: 'AMD GPU',
  nvidia: 'NVIDIA GPU',
  other: 'GPU',
};

/** A file of one line; '' where there is none. */
async function line(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim();
}

/**
 * The cards that this process may open by /dev/dri/renderD*, as the kernel tells of them.
 * @param sysfs the kernel's list; devices its device files
 */
export async function findRenderNodes(
  sysfs = SYSFS,
  devices = DEVICES,
): Promise<Omit<GpuDevice, 'encoders'>[]> {
  const names = await readdir(devices).catch(() => []);
  const nodes = names.filter((name) => /^renderD\d{1,3}$/.test(name)).sort();
  return Promise.all(
    nodes.map(async (node) => {
      const device = path.join(sysfs, node, 'device');
      const vendor = VENDORS[(await line(path.join(device, 'vendor'))).toLowerCase()] ?? 'other';
      // amdgpu alone knows what a card is called; of others there is the number.
      const product = await line(path.join(device, 'product_name'));
      const number = (await line(path.join(device, 'device'))).replace(/^0x/, '');
      const title = product === '' ? `${TITLES[vendor]}${number === '' ? '' : ` ${number}`}` : product;
      return { id: `dri:${node}`, name: `${title} (${node})`, vendor };
    }),
  );
}
