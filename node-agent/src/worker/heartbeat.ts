import { setTimeout as sleep } from 'node:timers/promises';
import { heartbeatResponse, type HeartbeatResponse, type NodeUsage, type RestReason } from '#contracts';
import { ServerRefusal, type ServerClient } from '../registration/server-client.js';
import type { SlotPools } from '../slots/slot-pool.js';
import type { JobExecution } from './job-execution.js';

/** ms between heartbeats while something runs, so that its progress shows. */
const BUSY_MS = 1000;

/**
 * Tells the server that this node lives and what it holds, apart from the work, so that a loaded machine is not
 * taken for dead. Ends when the signal aborts.
 * @throws ServerRefusal when the node is no longer known
 */
export async function beat(options: {
  client: ServerClient;
  active: ReadonlyMap<number, JobExecution>;
  pools: SlotPools;
  idleMs: number;
  signal: AbortSignal;
  /** how busy the machine is; null: not known yet */
  usage: () => NodeUsage | null;
  resting: () => RestReason | null;
  onAnswer: (answer: HeartbeatResponse) => void;
}): Promise<void> {
  const { client, active, pools, signal } = options;
  while (!signal.aborted) {
    try {
      const answer = await client.post(
        'heartbeat',
        {
          leases: [...active.values()].map((job) => ({
            jobId: job.jobId,
            leaseToken: job.leaseToken,
            progress: job.progress,
            waits: job.waits,
          })),
          busySlots: pools.busy,
          usage: options.usage(),
          resting: options.resting(),
        },
        heartbeatResponse,
      );
      if (answer !== null) {
        for (const { jobId } of answer.revoked) active.get(jobId)?.revoke();
        options.onAnswer(answer);
      }
    } catch (error) {
      if (error instanceof ServerRefusal && error.isOfNode) throw error;
      // The server is away; what runs goes on, and the next beat may reach it.
    }
    await sleep(active.size > 0 ? BUSY_MS : options.idleMs, undefined, { signal }).catch(() => undefined);
  }
}
