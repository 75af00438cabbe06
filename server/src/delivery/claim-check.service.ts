import { lstat } from 'node:fs/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { deliverRequest } from '#contracts';
import { AppConfig } from '../config/app-config.js';
import type { JobEntity } from '../jobs/job.entity.js';
import { LeaseService } from '../jobs/lease.service.js';
import { assertStaged } from '../jobs/staging-area.js';
import { TargetCheck } from '../replace/target-check.js';
import { LibraryWatch } from './library-watch.service.js';

/**
 * Has each target looked at before a node begins to encode for it. What was delivered before the job was put off, and is still
 * here, is not made again.
 */
@Injectable()
export class ClaimCheck implements OnModuleInit {
  constructor(
    private readonly leases: LeaseService,
    private readonly targets: TargetCheck,
    private readonly config: AppConfig,
    private readonly watch: LibraryWatch,
  ) {}

  onModuleInit(): void {
    this.leases.guardClaims(async (job) => {
      const verdict = await this.targets.check(job);
      if (verdict !== null && job.libraryId !== null)
        await this.watch.suspect(job.libraryId, verdict.reason.code);
      return verdict === null && (await this.isHere(job)) ? { kind: 'deliver' } : verdict;
    });
  }

  private async isHere({ id, deferredSince, delivery }: JobEntity): Promise<boolean> {
    const known = deliverRequest.safeParse(delivery);
    if (deferredSince === null || !known.success || known.data.outputs.length === 0) return false;
    try {
      await assertStaged(known.data, this.config.workFolder, id);
      for (const { stagedPath, size } of known.data.outputs)
        if ((await lstat(stagedPath)).size !== size) return false;
      return true;
    } catch {
      return false;
    }
  }
}
