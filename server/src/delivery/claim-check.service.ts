import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LeaseService } from '../jobs/lease.service.js';
import { TargetCheck } from '../replace/target-check.js';

/** Has each target looked at before a node begins to encode for it. */
@Injectable()
export class ClaimCheck implements OnModuleInit {
  constructor(
    private readonly leases: LeaseService,
    private readonly targets: TargetCheck,
  ) {}

  onModuleInit(): void {
    this.leases.guardClaims((job) => this.targets.check(job));
  }
}
