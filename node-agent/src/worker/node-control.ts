import { Logger } from '@nestjs/common';
import type { NodeActivity, NodeSettings } from '#contracts';
import { findOnPath } from '#engine/tools/find-on-path.js';
import type { ToolOptions } from '#engine/tools/run-tool.js';
import { CAN_STOP_TOOLS, pauseEnd, PauseSwitch } from '#engine/tools/tool-pause.js';
import { nextBusyness, NOT_BUSY } from './busy.js';
import { restOf, type Rest } from './rest.js';

/** What the server wants of this node, as of its last heartbeat, and whether it works or rests just now. */
export class NodeControl {
  private readonly logger = new Logger('Agent');
  /** stops the tools of all jobs */
  readonly pause = new PauseSwitch();
  /** keeps new jobs from beginning */
  private readonly hold = new PauseSwitch();
  private busyness = NOT_BUSY;
  private current: Rest;
  private saidIonice = false;
  /** told when the rest has changed */
  onRest: (rest: Rest) => void = () => undefined;

  constructor(
    private wanted: NodeSettings,
    private activity: NodeActivity,
  ) {
    this.current = restOf({ mode: 'work', why: null }, false, CAN_STOP_TOOLS);
    this.settle();
  }

  get settings(): NodeSettings {
    return this.wanted;
  }

  get rest(): Rest {
    return this.current;
  }

  /** What the last heartbeat said. */
  apply(settings: NodeSettings, activity: NodeActivity): void {
    this.wanted = settings;
    this.activity = activity;
    this.settle();
  }

  /** @param othersCpuPercent what programs beside the node's own use; null: it cannot be told. To be called about once a second */
  observe(othersCpuPercent: number | null, at = performance.now()): void {
    const sample = { at, percent: othersCpuPercent };
    this.busyness = nextBusyness(this.busyness, sample, this.wanted.pauseAboveCpu);
    this.settle();
  }

  /** Waits until new jobs may begin. @throws when the signal aborts */
  async whenTaking(signal: AbortSignal): Promise<void> {
    while (this.hold.paused && !signal.aborted) await pauseEnd(this.hold, signal);
    signal.throwIfAborted();
  }

  /** How a tool that starts now is to behave. */
  async toolOptions(): Promise<Pick<ToolOptions, 'nice' | 'io' | 'pause'>> {
    const { nice, ioPriority } = this.wanted;
    const polite = { nice, pause: this.pause };
    if (ioPriority === 'normal') return polite;
    if (process.platform !== 'linux' || (await findOnPath('ionice')) === null) {
      if (!this.saidIonice)
        this.logger.warn(`there is no ionice here: the disk is used as by other programs`);
      this.saidIonice = true;
      return polite;
    }
    return { ...polite, io: ioPriority };
  }

  /** Lets what stands still hear that it is to end; for the end of the process. */
  release(): void {
    this.pause.set(false);
  }

  private settle(): void {
    const last = this.current;
    const next = restOf(this.activity, this.busyness.busy, CAN_STOP_TOOLS);
    if (Object.entries(next).every(([key, value]) => last[key as keyof Rest] === value)) return;
    this.current = next;
    this.say(next);
    this.hold.set(!next.takesJobs);
    this.pause.set(next.stopped);
    this.onRest(next);
  }

  private say({ why, takesJobs, stopped, givesBack }: Rest): void {
    if (takesJobs) {
      this.logger.log('works again');
      return;
    }
    const running = {
      none: stopped ? 'what runs stands still' : 'what runs is finished',
      'not begun': stopped ? 'what runs stands still' : 'what runs is finished',
      all: 'what runs is given back',
    }[givesBack];
    this.logger.log(`rests (${why ?? 'unknown'}): ${running}`);
    if (this.activity.mode === 'now' && !stopped)
      this.logger.warn(
        'this system cannot stop a tool and let it go on later: what runs is finished instead',
      );
  }
}
