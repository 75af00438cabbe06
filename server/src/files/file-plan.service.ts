import path from 'node:path';
import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import type { FilePlan } from '#contracts';
import { unknownLayer } from '#engine/media/enhancement-layer.js';
import type { MediaInfo } from '#engine/media/media-info.js';
import { probeFile } from '#engine/tools/ffprobe.js';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/app-config.js';
import { readCorrection } from '../history/projection.store.js';
import { readRepeating } from '../jobs/repeating-profiles.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { NodesService } from '../nodes/nodes.service.js';
import { readLibraryProfiles } from '../profiles/folder-profile.store.js';
import { ProfilesService } from '../profiles/profiles.service.js';
import { explainFile, type ExplainRequest } from './explain-file.js';
import { MediaFileEntity } from './media-file.entity.js';

const PROBE_TIMEOUT_MS = 60_000;

/** Says of a file of a library what would be done with it, and why. */
@Injectable()
export class FilePlanService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: AppConfig,
    private readonly profiles: ProfilesService,
    private readonly nodes: NodesService,
  ) {}

  /** @throws NotFoundException; ConflictException when the file cannot be read or its profile is not there */
  async plan(id: number, nodeId: number | undefined): Promise<FilePlan> {
    const { manager } = this.dataSource;
    const file = await manager.findOne(MediaFileEntity, {
      where: { id },
      select: {
        id: true,
        libraryId: true,
        directory: true,
        name: true,
        mtimeNs: true,
        status: true,
        mediaInfo: true,
      },
    });
    const library = file === null ? null : await manager.findOneBy(LibraryEntity, { id: file.libraryId });
    if (file === null || library === null) throw new NotFoundException(`there is no file ${id}`);
    await this.profiles.refresh();
    const profiles = await readLibraryProfiles(manager, library, this.profiles).catch(conflict);
    const source = path.join(library.path, file.directory, file.name);
    const stored = file.mediaInfo === null ? null : (JSON.parse(file.mediaInfo) as MediaInfo);
    const info =
      stored === null || unknownLayer(stored) !== null
        ? await probeFile(source, { timeoutMs: PROBE_TIMEOUT_MS }).catch(conflict)
        : stored;
    const { profile, hash } = profiles.for(file.directory);
    const correction = (await readCorrection(manager, library.id))(info, profile);
    const repeating = (await readRepeating(manager)).get(hash) ?? null;
    return explainFile({
      ...{
        path: source,
        directory: file.directory,
        mtimeNs: file.mtimeNs,
        info,
        profiles,
        correction,
        repeating,
      },
      node: await this.node(nodeId),
      workFolder: path.join(this.config.workFolder, 'JOB'),
      notes: file.status === 'replaced' ? ['this is our own output, which scans do not decide on again'] : [],
    });
  }

  private async node(id: number | undefined): Promise<ExplainRequest['node']> {
    const all = await this.nodes.all();
    if (id !== undefined && !all.some((node) => node.id === id))
      throw new NotFoundException(`there is no node ${id}`);
    const able = all.filter((node) => node.capabilities !== null && (id === undefined || node.id === id));
    const online = able.filter((node) => this.nodes.isOnline(node.id));
    const chosen = online.find((node) => node.builtIn) ?? online[0] ?? able[0];
    if (chosen === undefined || chosen.capabilities === null) return null;
    return { name: chosen.name, capabilities: chosen.capabilities };
  }
}

function conflict(error: unknown): never {
  throw new ConflictException(error instanceof Error ? error.message : String(error));
}
