import type { ScanStatus } from '#contracts';
import { formatCount } from '../../ui/format/bytes';

/** A scan in words and per cent. */
export interface ScanView {
  text: string;
  /** null while the tree is walked: nobody knows how large it is */
  percent: number | null;
  running: boolean;
  paused: boolean;
  failed: boolean;
}

export function scanView(status: ScanStatus): ScanView {
  const { counts } = status;
  const seen = `${formatCount(counts.media)} media files in ${formatCount(counts.folders)} folders`;
  const running = status.state === 'running';
  const paused = status.state === 'paused';
  const base = { running, paused, failed: status.state === 'failed' };
  if (status.state === 'failed') return { ...base, percent: null, text: status.error ?? 'The scan failed.' };
  if (status.state === 'cancelled') return { ...base, percent: null, text: `Scan cancelled after ${seen}` };
  if (status.state === 'completed')
    return { ...base, percent: 100, text: `Last scan: ${seen}, ${changes(status)}` };
  const said = (words: string): string =>
    paused ? `Paused while ${words}` : words.charAt(0).toUpperCase() + words.slice(1);
  if (status.phase === 'walking') return { ...base, percent: null, text: said(`reading folders, ${seen}`) };
  const total = counts.probed + status.toProbe;
  return {
    ...base,
    percent: total === 0 ? null : (counts.probed / total) * 100,
    text: said(`looking into files, ${formatCount(counts.probed)} of ${formatCount(total)}`),
  };
}

function changes({ counts }: ScanStatus): string {
  const parts = [
    [counts.added, 'new'],
    [counts.changed, 'changed'],
    [counts.moved, 'moved'],
    [counts.missing, 'missing'],
    [counts.waiting, 'still young'],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  return words.length > 0 ? words.join(', ') : 'nothing new';
}
