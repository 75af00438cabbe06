import type { Job, JobProgress } from './job.js';
import type { NodeResource } from './node.js';
import type { ScanStatus } from './scan.js';

/** What the server pushes to browsers over socket.io, at most twice a second a kind and subject. */
export interface ServerEvents {
  /** a job was made or changed its state */
  job: (job: Job) => void;
  /** a running job moved on */
  progress: (progress: { jobId: number; progress: JobProgress }) => void;
  scan: (status: ScanStatus) => void;
  node: (node: NodeResource) => void;
  /** libraries, their statistics, the savings or the list of nodes changed: fetch again what is on the screen */
  changed: (what: { resource: 'library' | 'history' | 'dashboard' | 'file' | 'job' | 'node' }) => void;
}
export type ServerEventName = keyof ServerEvents;
