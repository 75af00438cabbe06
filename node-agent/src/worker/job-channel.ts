import type { JobReport, StepReport } from '#contracts';
import type { ServerClient } from '../registration/server-client.js';
import { ServerRefusal } from '../registration/server-client.js';
import type { JobLogBuffer } from './job-log.js';

/** ms that a step's report waits for company: steps that take no time are told of together. */
const LINGER_MS = 250;
/** ms of work after which a finished step is told of at once: nobody wants to do it again because of a power cut. */
const WORTH_TELLING_MS = 1000;
/** ms after which new lines of the log are sent. */
const LOG_EVERY_MS = 1000;

/**
 * What one job tells the server, in order. Nothing waits for it but the end of the job, so that a slow or absent
 * server never keeps a slot idle; what comes up meanwhile goes in one report.
 */
export class JobChannel {
  private last: Promise<void> = Promise.resolve();
  private refused: ServerRefusal | null = null;
  private steps: StepReport[] = [];
  /** a report that is queued but has not set out takes along whatever comes up until it does */
  private reportIsQueued = false;
  /** when the running step began, ms since the epoch */
  private begun = 0;
  private lingering: NodeJS.Timeout | null = null;
  private readonly logTimer: NodeJS.Timeout;

  constructor(
    private readonly client: ServerClient,
    private readonly jobId: number,
    private readonly leaseToken: string,
    private readonly log: JobLogBuffer,
    private readonly signal: AbortSignal,
    private readonly onRefused: (refusal: ServerRefusal) => void,
  ) {
    this.logTimer = setInterval(() => {
      this.sendReport();
    }, LOG_EVERY_MS);
  }

  /** Queues what has become of a step. */
  step(report: StepReport): void {
    this.steps.push(report);
    if (report.state === 'running') this.begun = report.at;
    if (report.at - this.begun >= WORTH_TELLING_MS) this.sendReport();
    else
      this.lingering ??= setTimeout(() => {
        this.sendReport();
      }, LINGER_MS);
  }

  /** Queues a message behind all reports; it is sent again until the server has answered. */
  send(what: string, body: unknown): void {
    this.sendReport();
    this.queue(what, () => body);
  }

  /** Waits until all that was sent has been answered. @returns the refusal that ended it, if one did */
  async flush(): Promise<ServerRefusal | null> {
    this.sendReport();
    await this.last;
    return this.refused;
  }

  /** No more is said of its own accord. */
  close(): void {
    clearInterval(this.logTimer);
    if (this.lingering !== null) clearTimeout(this.lingering);
  }

  private sendReport(): void {
    if (this.lingering !== null) clearTimeout(this.lingering);
    this.lingering = null;
    if (this.reportIsQueued) return;
    this.reportIsQueued = true;
    this.queue('report', () => {
      this.reportIsQueued = false;
      const report: JobReport = { steps: this.steps, log: this.log.take() };
      this.steps = [];
      return report.steps.length === 0 && report.log === '' ? null : report;
    });
  }

  /** @param bodyOf asked when its turn has come; null: there is nothing to say */
  private queue(what: string, bodyOf: () => unknown): void {
    this.last = this.last.then(async () => {
      const body = bodyOf();
      if (body === null || this.refused !== null || this.signal.aborted) return;
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
}
