import type { ServerClient } from '../registration/server-client.js';
import { ServerRefusal } from '../registration/server-client.js';

/**
 * What one job tells the server, in order. Nothing waits for it but the end of the job, so that a slow or absent
 * server never keeps a slot idle.
 */
export class JobChannel {
  private last: Promise<void> = Promise.resolve();
  private refused: ServerRefusal | null = null;

  constructor(
    private readonly client: ServerClient,
    private readonly jobId: number,
    private readonly leaseToken: string,
    private readonly signal: AbortSignal,
    private readonly onRefused: (refusal: ServerRefusal) => void,
  ) {}

  /** Queues a message; it is sent again until the server has answered. */
  send(what: string, body: unknown): void {
    this.last = this.last.then(async () => {
      if (this.refused !== null || this.signal.aborted) return;
      try {
        await this.client.postUntilAnswered(`jobs/${this.jobId}/${what}`, body, null, {
          signal: this.signal,
          leaseToken: this.leaseToken,
        });
      } catch (error) {
        if (!(error instanceof ServerRefusal)) return;
        this.refused = error;
        this.onRefused(error);
      }
    });
  }

  /** Waits until all that was sent has been answered. @returns the refusal that ended it, if one did */
  async flush(): Promise<ServerRefusal | null> {
    await this.last;
    return this.refused;
  }
}
