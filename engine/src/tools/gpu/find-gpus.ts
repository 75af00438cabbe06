import type { GpuDevice } from '#contracts';
import { HARDWARE_ENCODERS, trialArgs } from '../../command/encoders/trial.js';
import {
  HARDWARE_FAMILIES,
  type HardwareEncoder,
  type HardwareFamily,
} from '../../command/encoders/encoder.types.js';
import { runTool } from '../run-tool.js';
import { nvidiaId, queryNvidia } from './nvidia.js';
import { DEVICES, findRenderNodes, SYSFS } from './render-nodes.js';

type Card = Omit<GpuDevice, 'encoders'>;

const TIMEOUT_MS = 20_000;

/** A card that nobody lists, but that a family of encoders may find by itself: on Windows and macOS, or in odd containers. */
const UNNAMED: Readonly<Record<HardwareFamily, Card>> = {
  nvenc: { id: 'any:nvenc', name: 'NVIDIA GPU', vendor: 'nvidia' },
  qsv: { id: 'any:qsv', name: 'Intel GPU', vendor: 'intel' },
  vaapi: { id: 'any:vaapi', name: 'GPU', vendor: 'other' },
};

const familyOf = (encoder: HardwareEncoder): HardwareFamily =>
  encoder.slice(encoder.indexOf('_') + 1) as HardwareFamily;

/** The families of encoders that a card may have. */
function familiesOf({ id, vendor }: Card): HardwareFamily[] {
  if (id.startsWith('nvidia:')) return ['nvenc'];
  return vendor === 'intel' ? ['qsv', 'vaapi'] : ['vaapi'];
}

/** Whether an encoder makes a few frames on a card; it may fail, or hang until its time is over. */
export type Trial = (encoder: HardwareEncoder, device: string | undefined) => Promise<boolean>;

const byFfmpeg: Trial = async (encoder, device) => {
  const codec = HARDWARE_ENCODERS.find(({ name }) => name === encoder)?.codec;
  if (codec === undefined) return false;
  return runTool('ffmpeg', trialArgs(encoder, codec, device), { limitMs: TIMEOUT_MS }).then(
    () => true,
    () => false,
  );
};

async function listCards(sysfs: string, devices: string): Promise<Card[]> {
  const [nvidia, nodes] = await Promise.all([queryNvidia('name'), findRenderNodes(sysfs, devices)]);
  const named = nvidia.map((card): Card => ({ id: nvidiaId(card), name: card.field, vendor: 'nvidia' }));
  // The same card once more, by a driver that encodes nothing.
  return [...named, ...nodes.filter(({ vendor }) => vendor !== 'nvidia' || named.length === 0)];
}

/**
 * The cards of this machine with the encoders that really work on each: most builds of ffmpeg list encoders whose hardware or driver
 * is missing. One trial after the other, because a card may allow few encodes at once.
 * @param listed ffmpeg's encoders
 */
export async function findGpus(
  listed: readonly string[],
  {
    trial = byFfmpeg,
    sysfs = SYSFS,
    devices = DEVICES,
    platform = process.platform,
  }: { trial?: Trial; sysfs?: string; devices?: string; platform?: NodeJS.Platform } = {},
): Promise<GpuDevice[]> {
  const candidates = HARDWARE_ENCODERS.map(({ name }) => name).filter((name) => listed.includes(name));
  if (candidates.length === 0) return [];
  const cards = await listCards(sysfs, devices);
  const gpus: GpuDevice[] = [];
  const usable = async (families: readonly HardwareFamily[], device: string | undefined) => {
    const encoders: string[] = [];
    for (const encoder of candidates)
      if (families.includes(familyOf(encoder)) && (await trial(encoder, device))) encoders.push(encoder);
    return encoders;
  };
  for (const card of cards) gpus.push({ ...card, encoders: await usable(familiesOf(card), card.id) });
  const tried = new Set(cards.flatMap(familiesOf));
  for (const family of HARDWARE_FAMILIES) {
    // On Linux nothing but a device file leads to these.
    if (tried.has(family) || (platform === 'linux' && family !== 'nvenc')) continue;
    const encoders = await usable([family], undefined);
    if (encoders.length > 0) gpus.push({ ...UNNAMED[family], encoders });
  }
  return gpus;
}
