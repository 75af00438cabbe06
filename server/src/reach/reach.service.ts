import { open } from 'node:fs/promises';
import path from 'node:path';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { ReachProbes, ReachReport } from '#contracts';
import { DataSource, Not } from 'typeorm';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import type { NodeEntity } from '../nodes/node.entity.js';
import { NodesService } from '../nodes/nodes.service.js';
import { EventBus } from '../realtime/event-bus.js';
import type { FilePort } from '../replace/file-port.js';
import { FILE_PORT } from '../replace/file-port.token.js';
import { headHash, writeProbe } from './reach-probe.js';
import { wayTo, type AskedLibrary } from './way.js';

/** ms that a library's disk gets to take a probe. */
const LIMIT_MS = 15_000;
/** ms that a node gets to read all probes. */
const ANSWER_MS = 2 * 60_000;
/** ms between looks at nodes that do not reach every library: shares come back. */
const AGAIN_MS = 60_000;
const HEAD = 64 * 1024;

type Probe = ReachProbes['probes'][number];

interface Asked extends AskedLibrary {
  probe: Probe | null;
  remove: () => Promise<void>;
}

interface Question {
  libraries: Asked[];
  timer: NodeJS.Timeout;
}

/** Finds out which libraries each node can read, and where: by a file in each that the node is asked to read. */
@Injectable()
export class ReachService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Reach');
  /** the last of each node; an earlier one is of no interest any more */
  private readonly questions = new Map<number, Question>();
  private timer: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;
  private libraries = '';

  constructor(
    private readonly dataSource: DataSource,
    private readonly nodes: NodesService,
    private readonly events: EventBus,
    @Inject(FILE_PORT) private readonly port: FilePort,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.libraries = await this.librariesNow();
    this.stopListening = this.events.on('changed', ({ resource }) => {
      if (resource === 'library') void this.lookAtLibraries().catch(this.complain);
    });
    this.timer = setInterval(() => {
      void this.askThoseWithout().catch(this.complain);
    }, AGAIN_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopListening?.();
    clearInterval(this.timer);
    for (const nodeId of [...this.questions.keys()]) await this.forget(nodeId);
  }

  /** Puts a probe into each enabled library. The built-in node is where the server is, and is asked nothing. */
  async ask(node: NodeEntity): Promise<ReachProbes> {
    await this.forget(node.id);
    if (node.builtIn) return { probes: [] };
    const rows = await this.dataSource.manager.find(LibraryEntity, {
      where: { enabled: true },
      order: { id: 'ASC' },
    });
    const libraries = await Promise.all(rows.map((library) => this.prepare(library)));
    const timer = setTimeout(() => {
      void this.forget(node.id).catch(this.complain);
    }, ANSWER_MS).unref();
    this.questions.set(node.id, { libraries, timer });
    const probes = libraries.flatMap(({ probe }) => probe ?? []);
    // With nothing to look at the node has nothing to say; what is known now counts until it is asked again.
    if (probes.length === 0 && libraries.length > 0) await this.answer(node, { results: [] });
    return { probes };
  }

  /** Takes a node's answer, keeps what it comes to, and removes the probes. */
  async answer(node: NodeEntity, { results }: ReachReport): Promise<void> {
    const libraries = this.questions.get(node.id)?.libraries;
    if (libraries === undefined) return;
    const byId = new Map(results.map((result) => [result.libraryId, result]));
    const reach = libraries.map((library) => wayTo(library, byId.get(library.id), node));
    await this.forget(node.id);
    await this.nodes.setReach(node.id, reach);
    for (const { problem } of reach) if (problem !== null) this.logger.warn(problem);
  }

  private async prepare(library: LibraryEntity): Promise<Asked> {
    const { id, name, path: root } = library;
    const nothing = { id, name, path: root, expected: null, probe: null, remove: () => Promise.resolve() };
    try {
      return await within(this.probe(library));
    } catch (error) {
      return { ...nothing, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  private async probe(library: LibraryEntity): Promise<Asked> {
    const { id, name, path: root } = library;
    const asked = { id, name, path: root, problem: null };
    try {
      const { file, content, remove } = await writeProbe(this.port, root, Date.now());
      return { ...asked, expected: content, remove, probe: { libraryId: id, root, file, shows: 'text' } };
    } catch (error) {
      const film = await this.film(library);
      if (film === null) throw error;
      const probe = { libraryId: id, root, file: film.file, shows: 'head' as const };
      return { ...asked, expected: film.head, remove: () => Promise.resolve(), probe };
    }
  }

  /** A film shows as well that a library is the same one, where nothing can be written into it. */
  private async film({ id, path: root }: LibraryEntity): Promise<{ file: string; head: string } | null> {
    const row = await this.dataSource.manager.findOne(MediaFileEntity, {
      where: { libraryId: id, status: Not('missing') },
      select: { id: true, directory: true, name: true },
    });
    if (row === null) return null;
    const file = path.posix.join(row.directory, row.name);
    const handle = await open(path.join(root, file), 'r').catch(() => null);
    if (handle === null) return null;
    try {
      const { size } = await handle.stat();
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      return { file, head: headHash(size, buffer.subarray(0, bytesRead)) };
    } finally {
      await handle.close();
    }
  }

  private async forget(nodeId: number): Promise<void> {
    const question = this.questions.get(nodeId);
    if (question === undefined) return;
    this.questions.delete(nodeId);
    clearTimeout(question.timer);
    for (const { remove } of question.libraries)
      await within(remove()).catch((error: unknown) => {
        this.logger.warn(`a probe could not be removed: ${String(error)}`);
      });
  }

  private async librariesNow(): Promise<string> {
    const rows = await this.dataSource.manager.find(LibraryEntity, {
      where: { enabled: true },
      order: { id: 'ASC' },
      select: { id: true, path: true },
    });
    return rows.map(({ id, path: root }) => `${id} ${root}`).join('\n');
  }

  /** A library that is new, or enabled again, is unknown to every node. */
  private async lookAtLibraries(): Promise<void> {
    const now = await this.librariesNow();
    if (now === this.libraries) return;
    this.libraries = now;
    for (const node of await this.nodes.all()) if (!node.builtIn) this.nodes.wish(node.id, 'reach');
  }

  private async askThoseWithout(): Promise<void> {
    for (const node of await this.nodes.all()) {
      if (!node.builtIn && this.nodes.isOnline(node.id) && node.reach.some(({ problem }) => problem !== null))
        this.nodes.wish(node.id, 'reach');
    }
  }

  private readonly complain = (error: unknown): void => {
    this.logger.warn(`the nodes' reach could not be looked at: ${String(error)}`);
  };
}

/** A share that hangs holds a thread, and must not hold more. */
async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the server's own disk or share has not answered for ${LIMIT_MS / 1000} s`));
    }, LIMIT_MS);
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
