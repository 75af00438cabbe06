import { Injectable } from '@nestjs/common';
import type { DeliverRequest, MediaFacts, Reason } from '#contracts';
import { facts } from '#engine/media/facts.js';
import { streamsOf, type MediaInfo } from '#engine/media/media-info.js';
import { acceptOutput } from '#engine/pipelines/film/accept.js';
import { filmResult } from '#engine/pipelines/film/result.js';
import { filmParams } from '#engine/pipelines/film/params.js';
import { fileFacts } from '#engine/plan/file-facts.js';
import { probeFile } from '#engine/tools/ffprobe.js';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { keyOf } from '../history/projection.store.js';
import { JobAttemptEntity } from '../jobs/job-attempt.entity.js';
import type { JobEntity } from '../jobs/job.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { finalPathFor } from '../replace/names.js';
import {
  ReplaceService,
  type ClaimedSource,
  type RefusedOutcome,
  type ReplaceOutcome,
  type ReplaceRequest,
} from '../replace/replace.service.js';

const PROBE_TIMEOUT_MS = 60_000;

const leaseOfDelivery = z.object({ leaseToken: z.string().regex(/^[0-9a-f]+$/) });

function gone(what: string): RefusedOutcome {
  const reason: Reason = { code: 'source_gone', message: `${what}; nothing was changed` };
  return { kind: 'rejected', reason, retryable: false };
}

function contentOf(info: MediaInfo) {
  const video = streamsOf(info, 'video')[0];
  return {
    container: info.container.formatNames[0] ?? null,
    videoCodec: video?.codec ?? null,
    width: video?.width ?? null,
    height: video?.height ?? null,
    durationSeconds: info.container.durationSeconds,
    mediaInfo: JSON.stringify(info),
  };
}

/** What the server found when it looked at an output that nobody has approved yet. */
export type Examined =
  { kind: 'acceptable'; source: MediaFacts; output: MediaFacts; finalPath: string } | RefusedOutcome;

/** Lets a film job's output take the place of its source: what was claimed, what came, and who decides. */
@Injectable()
export class ReplacementService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly replacing: ReplaceService,
  ) {}

  /** @throws what the file system or the tools throw; nothing has been replaced then */
  async replace(job: JobEntity, delivery: DeliverRequest): Promise<ReplaceOutcome> {
    const request = await this.request(job, delivery);
    return 'kind' in request ? request : this.replacing.replace(request);
  }

  /**
   * Whether `replace` would do it, as far as that can be told without a change to the library.
   * @throws what the file system or the tools throw
   */
  async examine(job: JobEntity, delivery: DeliverRequest): Promise<Examined> {
    const request = await this.request(job, delivery);
    if ('kind' in request) return request;
    const refused = await this.replacing.examine(request);
    if (refused !== null) return refused;
    const { source, output } = request.closing;
    return {
      kind: 'acceptable',
      source,
      output,
      finalPath: finalPathFor(request.claimed.path, request.output.extension),
    };
  }

  private async request(job: JobEntity, delivery: DeliverRequest): Promise<ReplaceRequest | RefusedOutcome> {
    const { manager } = this.dataSource;
    const [output] = delivery.outputs;
    const [source] = job.inputs;
    if (output === undefined || source === undefined) throw new Error('the delivery names no output');
    const library =
      job.libraryId === null ? null : await manager.findOneBy(LibraryEntity, { id: job.libraryId });
    const file = job.fileId === null ? null : await manager.findOneBy(MediaFileEntity, { id: job.fileId });
    if (library === null || file === null) return gone('the library or the file is no longer known');
    const params = filmParams.parse(job.params);
    if (params.sourceHash === null) return gone('the source was never read whole enough to be recognised');
    const claimed: ClaimedSource = {
      path: source.path,
      size: source.size,
      mtimeNs: source.mtimeNs,
      headTailHash: params.sourceHash,
    };
    const { leaseToken: token } = leaseOfDelivery.parse(job.delivery);
    const refused = await this.replacing.precheck({ job, library, claimed, output, token });
    if (refused !== null) return refused;

    const attempt = await manager.findOne(JobAttemptEntity, {
      where: { jobId: job.id },
      order: { number: 'DESC' },
    });
    const result = filmResult.parse(delivery.result);
    const [sourceInfo, outputInfo] = await Promise.all(
      [source.path, output.stagedPath].map((path) => probeFile(path, { timeoutMs: PROBE_TIMEOUT_MS })),
    );
    if (sourceInfo === undefined || outputInfo === undefined) throw new Error('ffprobe gave no answer');
    const key = keyOf(sourceInfo, params.profile);
    const { expectedSize } = result;
    return {
      job,
      library,
      file,
      claimed,
      output,
      token,
      gate: () =>
        Promise.resolve(
          acceptOutput({
            pipeline: job.pipeline,
            source: sourceInfo,
            measured: result.measured,
            output: outputInfo,
            profile: params.profile,
            file: fileFacts(source.mtimeNs, params.correction),
          }),
        ),
      closing: {
        source: facts(sourceInfo),
        output: facts(outputInfo),
        command: result.command,
        encoderVersion: result.encoderVersion,
        nodeName: attempt?.nodeName ?? null,
        claimedAt: attempt?.startedAt ?? null,
        projection:
          key === null || job.pipeline !== 'compress'
            ? null
            : { key, expectedSize, correction: params.correction },
        file: contentOf(outputInfo),
      },
    };
  }
}
