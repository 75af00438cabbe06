import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Injectable, Logger } from '@nestjs/common';
import { findOnPath } from '#engine/tools/find-on-path.js';
import { execa } from 'execa';
import { AppConfig } from '../config/app-config.js';
import { LostLeases } from '../jobs/lost-leases.service.js';
import { NodesService } from './nodes.service.js';

/** The agent's program beside the server's, in the build. */
const AGENT_PROGRAM = fileURLToPath(new URL('../../../node-agent/src/main.js', import.meta.url));

const LONGEST_PAUSE_MS = 30_000;
interface Child extends PromiseLike<unknown> {
  kill(signal: NodeJS.Signals): boolean;
}

/** The agent gives its jobs back within 6 s; then it is ended. */
const STOP_MS = 7000;

/** Longer than what the agent takes for one signal that came twice. */
const SECOND_SIGNAL_MS = 1100;

/**
 * Runs the node-agent program as a child and starts it again when it ends. It gets an address and a token, and
 * is from there on a node like any other.
 */
@Injectable()
export class BuiltInNodeService {
  private readonly logger = new Logger('BuiltInNode');
  private child: Child | null = null;
  /** settles when all is written down that follows from the agent's end */
  private ended: Promise<void> = Promise.resolve();
  private stopping = false;
  private timer: NodeJS.Timeout | undefined;
  private pause = 1000;

  constructor(
    private readonly config: AppConfig,
    private readonly nodes: NodesService,
    private readonly lostLeases: LostLeases,
  ) {}

  /** @param serverUrl where the agent reaches this server, with the URL base */
  async start(serverUrl: string): Promise<void> {
    if (this.stopping) return;
    const { node, token } = await this.nodes.prepareBuiltIn();
    const wrapped = process.platform === 'linux' && (await findOnPath('setpriv')) !== null;
    const command = [process.execPath, '--enable-source-maps', AGENT_PROGRAM];
    const [file = process.execPath, ...args] = wrapped
      ? ['setpriv', '--pdeathsig', 'TERM', '--', ...command]
      : command;
    const started = Date.now();
    const child = execa(file, args, {
      reject: false,
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'inherit',
      // Its own group: Ctrl-C must reach it through us, in order, not through the terminal.
      detached: true,
      // How long it gets to end is decided here, not by execa, which would kill it after five seconds.
      forceKillAfterDelay: false,
      cleanup: true,
      env: {
        BOILARR_SERVER_URL: serverUrl,
        BOILARR_NODE_TOKEN: token,
        BOILARR_NODE_NAME: node.name,
        BOILARR_WORK_DIR: path.resolve(this.config.workFolder),
        BOILARR_LOG_LEVEL: this.config.logLevel,
        BOILARR_SHUTDOWN: this.config.shutdown,
      },
    });
    this.child = child;
    this.ended = child
      .then(async (result) => {
        this.child = null;
        await this.nodes.markOffline(node.id);
        await this.lostLeases.releaseNode(node.id, 'the built-in node has ended');
        if (this.stopping) return;
        this.pause = Date.now() - started > 60_000 ? 1000 : Math.min(this.pause * 2, LONGEST_PAUSE_MS);
        const how = result.signal ?? `exit code ${result.exitCode ?? '?'}`;
        this.logger.warn(`the built-in node ended (${how}); it starts again in ${this.pause / 1000} s`);
        this.timer = setTimeout(() => {
          void this.start(serverUrl);
        }, this.pause);
      })
      .catch((error: unknown) => {
        this.logger.error(`what the built-in node held was not given back: ${String(error)}`);
      });
  }

  /**
   * Lets the agent finish what it works on, however long that takes, and take nothing new.
   * @param hurry then it gives back what is not done
   */
  async finish(hurry: AbortSignal): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const { child } = this;
    if (child === null) return;
    child.kill('SIGTERM');
    const onHurry = () => void this.end(child);
    hurry.addEventListener('abort', onHurry, { once: true });
    await this.ended;
    hurry.removeEventListener('abort', onHurry);
  }

  /** Ends the agent this instant; its tools die with it. */
  kill(): void {
    this.stopping = true;
    this.child?.kill('SIGKILL');
  }

  /** Lets the agent give its jobs back while the server still listens. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const { child } = this;
    if (child !== null) await this.end(child);
  }

  private async end(child: Child): Promise<void> {
    child.kill('SIGTERM');
    // One that finishes its work takes the first signal for a wish, and the second for an order.
    if (this.config.shutdown === 'finish') setTimeout(() => child.kill('SIGTERM'), SECOND_SIGNAL_MS).unref();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await this.ended;
    clearTimeout(timer);
  }
}
