import type { TabLink } from '../../ui/tab-links.component';

/** The two sides of what was done: what it made, and what it put aside. */
export const HISTORY_TABS: readonly TabLink[] = [
  { path: '/history', label: 'Replaced' },
  { path: '/history/trash', label: 'Trash' },
];
