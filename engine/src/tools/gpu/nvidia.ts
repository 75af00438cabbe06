import { runTool } from '../run-tool.js';

/** A card as nvidia-smi lists it. */
export interface NvidiaCard {
  /** as NVENC's `-gpu` counts them, with CUDA_DEVICE_ORDER=PCI_BUS_ID */
  index: number;
  uuid: string;
  /** the third field that was asked for */
  field: string;
}

/** A driver that hangs must not keep a node from starting. */
const TIMEOUT_MS = 5000;

/**
 * Reads `nvidia-smi --query-gpu=index,uuid,… --format=csv,noheader`. It lists every card of the machine; an encoder sees those that
 * CUDA_VISIBLE_DEVICES names, by number or by (the beginning of) its UUID, counted in that order up to the first that is not there.
 * @param visible that variable; undefined: all
 */
export function parseNvidia(csv: string, visible: string | undefined): NvidiaCard[] {
  const cards = csv.split('\n').flatMap((line) => {
    const [index, uuid, ...rest] = line.split(',').map((field) => field.trim());
    if (index === undefined || uuid === undefined || !/^\d{1,3}$/.test(index)) return [];
    return [{ index: Number(index), uuid, field: rest.join(', ') }];
  });
  if (visible === undefined) return cards;
  const found: NvidiaCard[] = [];
  for (const wanted of visible.split(',').map((word) => word.trim())) {
    const card = /^\d+$/.test(wanted)
      ? cards.find(({ index }) => index === Number(wanted))
      : wanted.startsWith('GPU-')
        ? cards.find(({ uuid }) => uuid.startsWith(wanted))
        : undefined;
    if (card === undefined) break;
    found.push({ ...card, index: found.length });
  }
  return found;
}

/**
 * Asks nvidia-smi for one field of each card.
 * @param field as its `--help-query-gpu` names them, such as `name` or `utilization.gpu`
 * @returns none where there is no card, or no driver that answers
 */
export async function queryNvidia(field: string): Promise<NvidiaCard[]> {
  try {
    const { stdout } = await runTool(
      'nvidia-smi',
      [`--query-gpu=index,uuid,${field}`, '--format=csv,noheader,nounits'],
      { captureStdout: 100_000, limitMs: TIMEOUT_MS },
    );
    return parseNvidia(stdout, process.env['CUDA_VISIBLE_DEVICES']);
  } catch {
    return [];
  }
}

/** The id of a card among a node's capabilities. */
export const nvidiaId = ({ index }: NvidiaCard): string => `nvidia:${index}`;
