import { randomBytes } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';

/** This machine cannot have hosts of its own; the message says why. */
export class CannotNetwork extends Error {}

export interface Program {
  pid: number;
  /** settles when it has ended */
  ended: Promise<unknown>;
  kill(signal: NodeJS.Signals): boolean;
}

const ip = (...args: string[]) => execa('ip', args, { stdin: 'ignore' });

/** A machine of its own as far as the network goes: a namespace, wired to the hub and to nobody else. */
export interface Host {
  name: string;
  namespace: string;
  /** under which the hub reaches it */
  address: string;
  /** under which it reaches the hub */
  hub: string;
}

/** The hub's end of it: at most 15 characters, and nothing that `ip` takes for a word of its own. */
const cableTo = (host: Host): string => `to-${host.name}`;

/**
 * Several hosts on one machine: a hub that the test reaches as well, and hosts wired to the hub alone. Linux, and root.
 * `close` ends every program and takes every namespace away again.
 */
export class Network {
  private readonly id = randomBytes(3).toString('hex');
  private readonly namespaces: string[] = [];
  private readonly programs = new Set<Program>();
  private count = 0;

  private constructor(
    private readonly folder: string,
    /** under which the test reaches the hub */
    readonly hubAddress: string,
  ) {}

  /**
   * @param folder for what the programs print
   * @throws CannotNetwork where namespaces are not to be had
   */
  static async open(folder: string): Promise<Network> {
    const subnet = `10.213.${randomBytes(1).readUInt8()}`;
    const network = new Network(folder, `${subnet}.2`);
    try {
      await mkdir(folder, { recursive: true });
      await network.addNamespace(network.hub);
      const outside = `bl${network.id}r`;
      await ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', 'test', 'netns', network.hub);
      await ip('addr', 'add', `${subnet}.1/24`, 'dev', outside);
      await ip('link', 'set', outside, 'up');
      await network.inside(network.hub, 'addr', 'add', `${subnet}.2/24`, 'dev', 'test');
      await network.inside(network.hub, 'link', 'set', 'test', 'up');
    } catch (error) {
      await network.close();
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
      throw new CannotNetwork(`no network namespaces here: ${said}`, { cause: error });
    }
    return network;
  }

  get hub(): string {
    return `bl-${this.id}-hub`;
  }

  /** A new host with a cable to the hub. */
  async add(name: string): Promise<Host> {
    this.count += 1;
    const namespace = `bl-${this.id}-${name}`;
    const subnet = `10.77.${this.count}`;
    const host: Host = { name, namespace, address: `${subnet}.2`, hub: `${subnet}.1` };
    await this.addNamespace(namespace);
    const cable = cableTo(host);
    await ip('-n', this.hub, 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'hub', 'netns', namespace);
    await this.inside(this.hub, 'addr', 'add', `${host.hub}/24`, 'dev', cable);
    await this.inside(namespace, 'addr', 'add', `${host.address}/24`, 'dev', 'hub');
    await this.inside(this.hub, 'link', 'set', cable, 'up');
    await this.inside(namespace, 'link', 'set', 'hub', 'up');
    return host;
  }

  /** Pulls a host's cable: nothing gets through, and nobody is told. */
  async cut(host: Host): Promise<void> {
    await this.inside(this.hub, 'link', 'set', cableTo(host), 'down');
  }

  async mend(host: Host): Promise<void> {
    await this.inside(this.hub, 'link', 'set', cableTo(host), 'up');
  }

  /**
   * Starts a program on a host.
   * @param mounts shell commands that change what it sees of the disk; nobody else sees them
   */
  run(
    where: { name: string; namespace: string },
    command: readonly string[],
    env: Record<string, string>,
    mounts: readonly string[] = [],
  ): Program {
    // `ip netns exec` gives its command a mount namespace of its own.
    const script = ['set -e', ...mounts, 'exec "$@"'].join('\n');
    const child = execa('ip', ['netns', 'exec', where.namespace, 'sh', '-c', script, 'sh', ...command], {
      ...{ reject: false, all: true, buffer: false, stdin: 'ignore', detached: true },
      env,
    });
    child.all.setEncoding('utf8').on('data', (text: string) => {
      void appendFile(this.log(where.name), text).catch(() => undefined);
    });
    const program: Program = {
      pid: child.pid ?? 0,
      ended: child.then(() => this.programs.delete(program)),
      kill: (signal) => child.kill(signal),
    };
    this.programs.add(program);
    return program;
  }

  /** File that holds what the programs of a host have printed. */
  log(name: string): string {
    return path.join(this.folder, `${name}.log`);
  }

  async close(): Promise<void> {
    for (const program of [...this.programs]) {
      program.kill('SIGTERM');
      const timer = setTimeout(() => program.kill('SIGKILL'), 15_000);
      await program.ended;
      clearTimeout(timer);
    }
    for (const namespace of this.namespaces.splice(0)) {
      const { stdout } = await execa('ip', ['netns', 'pids', namespace], { reject: false, stdin: 'ignore' });
      for (const pid of stdout.split('\n').filter((line) => line !== '')) {
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // It has ended meanwhile.
        }
      }
      await execa('ip', ['netns', 'del', namespace], { reject: false, stdin: 'ignore' });
    }
  }

  private async addNamespace(namespace: string): Promise<void> {
    await ip('netns', 'add', namespace);
    this.namespaces.push(namespace);
    await this.inside(namespace, 'link', 'set', 'lo', 'up');
  }

  private inside(namespace: string, ...args: string[]) {
    return ip('-n', namespace, ...args);
  }
}
