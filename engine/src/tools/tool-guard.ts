import { LifeWatch } from './life-signs.js';
import type { ToolErrorCode } from './tool-error.js';
import type { ToolOptions } from './tool-options.js';
import { CAN_STOP_TOOLS, WorkClock } from './tool-pause.js';

/** ms between SIGTERM and SIGKILL: an ffmpeg may ignore one SIGTERM. */
const TERM_GRACE_MS = 3000;

/** Why a tool was ended from here. */
export interface Ending {
  code: ToolErrorCode;
  message: string;
}

/** Ends a tool that hangs, takes too long or is cancelled, and lets it stand still while there is a pause. */
export class ToolGuard {
  ending: Ending | null = null;
  private readonly clock = new WorkClock();
  private readonly pause: ToolOptions['pause'];
  private readonly stopListening: (() => void) | undefined;
  private readonly watchdog: NodeJS.Timeout | undefined;
  private readonly lifeWatch: LifeWatch | undefined;
  private limit: NodeJS.Timeout | undefined;
  private killTimer: NodeJS.Timeout | undefined;
  private lastSign = this.clock.now;
  /** on the clock of work */
  private respite = Infinity;

  /**
   * @param name of the tool, for messages
   * @param kill of the tool with all that it has started
   * @param pid of the tool itself; none: it did not start
   */
  constructor(
    private readonly name: string,
    private readonly options: ToolOptions,
    private readonly kill: (signal: NodeJS.Signals) => void,
    pid?: number,
  ) {
    const { stallMs, aliveBy, input, signal } = options;
    this.pause = CAN_STOP_TOOLS ? options.pause : undefined;
    if (stallMs !== undefined || input !== undefined) {
      const every = Math.min(1000, (stallMs ?? Infinity) / 4, (input?.respiteMs ?? Infinity) / 4);
      this.watchdog = setInterval(() => {
        this.look();
      }, every);
    }
    if (stallMs !== undefined && aliveBy !== undefined && pid !== undefined) {
      this.lifeWatch = new LifeWatch({
        ...{ sign: aliveBy, pid, stallMs },
        isPaused: () => this.pause?.paused === true,
        onSign: () => {
          this.touch();
        },
      });
    }
    this.armLimit();
    this.stopListening = this.pause?.onChange((paused) => {
      this.onPause(paused);
    });
    signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  /** ms of work so far */
  get worked(): number {
    return this.clock.now;
  }

  /** Whether it is being ended, for whatever reason. */
  get stops(): boolean {
    return this.killTimer !== undefined;
  }

  touch(): void {
    this.lastSign = this.clock.now;
  }

  /** Ends it: the first reason counts. */
  end(code: ToolErrorCode, message: string): void {
    if (this.ending !== null) return;
    this.ending = { code, message };
    this.stop();
  }

  /** Ends what is left of it, without a reason of its own. */
  stop(): void {
    if (this.stops) return;
    this.killTimer = setTimeout(() => {
      this.kill('SIGKILL');
    }, TERM_GRACE_MS);
    this.kill('SIGTERM');
    // One that stands still hears it only when it goes on.
    if (this.pause !== undefined) this.kill('SIGCONT');
  }

  /** Ends what is left of it after so many ms of work. */
  stopAfter(ms: number): void {
    this.respite = this.clock.now + ms;
  }

  /** To be called when all has ended. */
  close(): void {
    clearInterval(this.watchdog);
    this.lifeWatch?.stop();
    clearTimeout(this.limit);
    clearTimeout(this.killTimer);
    this.stopListening?.();
    this.options.signal?.removeEventListener('abort', this.onAbort);
    // A tool that ended may have left a child of its own behind.
    if (this.stops) this.kill('SIGKILL');
  }

  private readonly onAbort = () => {
    this.end('tool_cancelled', `${this.name} was cancelled`);
  };

  private look(): void {
    const { stallMs } = this.options;
    const { now } = this.clock;
    if (now >= this.respite) this.stop();
    if (stallMs === undefined || now - this.lastSign < stallMs) return;
    const seconds = Math.round(stallMs / 1000);
    this.end('tool_stalled', `${this.name} made no progress for ${seconds} s and was ended`);
  }

  private armLimit(): void {
    const { limitMs } = this.options;
    if (limitMs === undefined) return;
    this.limit = setTimeout(
      () => {
        const seconds = Math.round(limitMs / 1000);
        this.end('tool_time_limit', `${this.name} was not done after ${seconds} s and was ended`);
      },
      Math.max(0, limitMs - this.clock.now),
    );
  }

  private onPause(paused: boolean): void {
    if (this.stops) return;
    if (paused) {
      this.kill('SIGSTOP');
      this.clock.stop();
      clearTimeout(this.limit);
    } else {
      this.clock.go();
      this.armLimit();
      this.kill('SIGCONT');
    }
  }
}
