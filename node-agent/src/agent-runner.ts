import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type INestApplicationContext, type LogLevel } from '@nestjs/common';
import { PipelineRegistry } from '#engine/pipeline/registry.js';
import { PIPELINES } from '#engine/pipelines/index.js';
import { VERSION } from '#engine/version.js';
import { Agent, SHUTDOWN_MS } from './agent.js';
import type { AgentOptions } from './agent-options.js';
import type { Health } from './health/health.js';
import { AgentEnd, EXIT } from './registration/agent-end.js';
import { startAgent } from './start-agent.js';

/** ms after which what has failed is tried again where the agent may not end. */
const TRY_AGAIN_MS = 60_000;

/** ms between two looks at the options meanwhile. */
const LOOK_MS = 1000;

/** ms before a node that was turned out asks again: it may have been a server in the middle of a change. */
const TURNED_OUT_MS = 2000;

const LEVELS: readonly (readonly [AgentOptions['logLevel'], LogLevel])[] = [
  ['error', 'error'],
  ['warn', 'warn'],
  ['info', 'log'],
  ['debug', 'debug'],
  ['trace', 'verbose'],
];

function useLevel(level: AgentOptions['logLevel']): void {
  const upTo = LEVELS.findIndex(([name]) => name === level);
  Logger.overrideLogger(['fatal', ...LEVELS.slice(0, upTo + 1).map(([, nest]) => nest)]);
}

/** What has to be said for a node to begin. */
function missing({ serverUrl }: AgentOptions): string | null {
  return serverUrl === null
    ? 'nobody has said where the server is: give --server, BOILARR_SERVER_URL or server in the configuration file, such as http://nas:2645, and a join token from its Nodes page'
    : null;
}

/** Runs the agent from its first try to reach the server until its process is told to end. */
export class AgentRunner {
  private readonly logger = new Logger('Agent');
  private readonly stopping = new AbortController();
  private stopRunning: ((asked: 'wish' | 'order') => void) | null = null;

  /**
   * @param read reads the options, which may have changed since they were read last; throws OptionsError
   * @param health null: nobody watches over the process but what started it, so that it ends when it cannot go on
   */
  constructor(
    private readonly read: () => AgentOptions,
    private readonly health: Health | null,
  ) {}

  /** The first signal is a wish, which may be met when the running work is done, and the second an order. */
  stop(asked: 'wish' | 'order'): void {
    this.stopping.abort();
    this.stopRunning?.(asked);
  }

  /**
   * Resolves when the agent has been told to end, and has.
   * @throws what it cannot go on with, AgentEnd among it, where there is no health port
   */
  async run(): Promise<void> {
    // A function, since the compiler takes a signal that was not aborted a moment ago for one that never will be.
    const isStopping = () => this.stopping.signal.aborted;
    while (!isStopping()) {
      let seen: string | null = null;
      try {
        const options = this.read();
        seen = JSON.stringify(options);
        await this.session(options);
      } catch (error) {
        if (isStopping()) return;
        if (this.health === null) throw error;
        const message = error instanceof Error ? error.message : String(error);
        this.health.heard(message);
        this.logger.error(`${message}. It tries again in a minute`);
        await this.pause(seen);
      }
    }
  }

  /** One registration and the work after it. Resolves when the process is to end, or the server does not have the node any longer. */
  private async session(options: AgentOptions): Promise<void> {
    const lacking = missing(options);
    const { serverUrl } = options;
    if (lacking !== null || serverUrl === null) throw new AgentEnd(EXIT.wrongOptions, lacking ?? '');
    let turnedOut: () => void = () => undefined;
    const refused = new Promise<void>((resolve) => {
      turnedOut = resolve;
    });
    useLevel(options.logLevel);
    const application = await startAgent(
      { ...options, serverUrl, ...(this.health === null ? {} : { health: this.health }) },
      new PipelineRegistry(PIPELINES),
      VERSION,
      this.stopping.signal,
      () => {
        turnedOut();
      },
    );
    useLevel(options.logLevel);
    this.logger.log(`works for ${serverUrl}`);
    const stopped = this.untilStopped(application, options.shutdown);
    await Promise.race([stopped, refused]);
    if (this.stopping.signal.aborted) return stopped;
    this.stopRunning = null;
    await application.close();
    await sleep(TURNED_OUT_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private untilStopped(
    application: INestApplicationContext,
    shutdown: AgentOptions['shutdown'],
  ): Promise<void> {
    const agent = application.get(Agent);
    return new Promise((resolve, reject) => {
      let ending: Promise<void> | null = null;
      this.stopRunning = (asked) => {
        const patient = shutdown === 'finish' && asked === 'wish';
        if (!patient) agent.giveBack();
        ending ??= (async () => {
          if (patient) await agent.finish();
          // Bull waits for a Redis that may be gone for good.
          setTimeout(() => process.exit(0), SHUTDOWN_MS + 500).unref();
          await application.close();
        })().then(resolve, reject);
      };
      if (this.stopping.signal.aborted) this.stopRunning('order');
    });
  }

  /** Waits until it is time to try again, or the options have become others. @param seen the last, null: they could not be read */
  private async pause(seen: string | null): Promise<void> {
    const end = performance.now() + TRY_AGAIN_MS;
    while (performance.now() < end) {
      try {
        await sleep(LOOK_MS, undefined, { signal: this.stopping.signal });
      } catch {
        return;
      }
      const now = this.look();
      if (now !== null && now !== seen) return;
    }
  }

  private look(): string | null {
    try {
      return JSON.stringify(this.read());
    } catch {
      return null;
    }
  }
}
