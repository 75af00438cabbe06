import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import { reachProbes, type NodeSettings, type ReachProbes, type ReachReport } from '#contracts';
import { execa } from 'execa';
import { z } from 'zod';
import type { ServerClient } from '../registration/server-client.js';
import { nodePathOf } from './path-mapping.js';

/** ms after which a share counts as hung; a disk that has to spin up needs about ten seconds */
const SHARE_MS = 20_000;

const answer = z.object({ content: z.string().nullable(), error: z.string().nullable() });

/** Beside this file, as source or as built. */
const READER = fileURLToPath(
  new URL(`./read-probe${path.extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);

type Probe = ReachProbes['probes'][number];
type Result = ReachReport['results'][number];

/** Finds out which libraries this node can read, and where, by files that the server has put into them. */
export class ReachCheck {
  private readonly logger = new Logger('Reach');
  private running: Promise<readonly Probe[]> | null = null;
  /** those of the last look that could not be read */
  private unread: readonly Probe[] = [];
  /** paths that have not answered an earlier look yet: another reader would hang as well */
  private readonly hung = new Set<string>();

  constructor(
    private readonly client: ServerClient,
    private readonly mappings: () => NodeSettings['pathMappings'],
    private readonly limitMs = SHARE_MS,
  ) {}

  /** Looks and tells the server; many calls at once are one. @throws when the server cannot be asked */
  async run(): Promise<void> {
    await this.look();
  }

  /** Looks, tells the server, and says whether the library that holds a file can be read. */
  async reaches(serverPath: string): Promise<boolean> {
    await this.look();
    return !this.unread.some(({ root }) => serverPath.startsWith(`${root.replace(/[\\/]+$/, '')}/`));
  }

  private look(): Promise<readonly Probe[]> {
    this.running ??= this.once().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async once(): Promise<readonly Probe[]> {
    const asked = await this.client.post('reach-probes', {}, reachProbes);
    const probes = asked?.probes ?? [];
    if (probes.length === 0) return (this.unread = []);
    const results = await Promise.all(probes.map((probe) => this.read(probe)));
    this.unread = probes.filter((_probe, index) => results[index]?.content == null);
    await this.client.post('reach', { results } satisfies ReachReport, null);
    return this.unread;
  }

  private async read({ libraryId, root, file, shows }: Probe): Promise<Result> {
    const found = nodePathOf(`${root}/${file}`, this.mappings());
    if (found === null) {
      const error = `no path of this node can be made of ${root}`;
      return { libraryId, nodePath: root, mapped: false, content: null, error };
    }
    const nodePath = nodePathOf(root, this.mappings())?.path ?? root;
    const { content, error } = await this.readAt(found.path, nodePath, shows);
    if (error !== null) this.logger.log(`library ${libraryId} cannot be read at ${nodePath}: ${error}`);
    return { libraryId, nodePath, mapped: found.mapped, content, error: error?.slice(0, 1000) ?? null };
  }

  private async readAt(file: string, folder: string, shows: string): Promise<z.infer<typeof answer>> {
    if (this.hung.has(folder)) return { content: null, error: 'it still does not answer' };
    const reader = execa(process.execPath, [READER, file, shows], {
      ...{ reject: false, stdin: 'ignore', maxBuffer: 10_000, cleanup: true },
      env: { NODE_OPTIONS: '' },
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => {
        resolve(null);
      }, this.limitMs);
    });
    const result = await Promise.race([reader, late]);
    clearTimeout(timer);
    if (result === null) {
      this.hung.add(folder);
      void reader.finally(() => this.hung.delete(folder)).catch(() => undefined);
      reader.kill('SIGKILL');
      return {
        content: null,
        error: `it has not answered for ${this.limitMs / 1000} s; is the share there?`,
      };
    }
    const said = answer.safeParse(parsed(result.stdout));
    return said.success ? said.data : { content: null, error: 'it could not be read' };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
