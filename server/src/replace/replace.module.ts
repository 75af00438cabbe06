import { Module } from '@nestjs/common';
import { ConnectModule } from '../connect/connect.module.js';
import { NodeFilePort } from './file-port.js';
import { FILE_PORT } from './file-port.token.js';
import { JournalCleanup } from './journal-cleanup.service.js';
import { JournalService } from './journal.service.js';
import { PathLock } from './path-lock.js';
import { PublishService } from './publish.service.js';
import { RecoveryService } from './recovery.js';
import { ReplaceService } from './replace.service.js';
import { RestoreService } from './restore.service.js';
import { TargetCheck } from './target-check.js';
import { TrashEmptier } from './trash-emptier.js';
import { TrashLimits } from './trash-limits.js';
import { TrashController } from './trash.controller.js';
import { TrashService } from './trash.service.js';

@Module({
  imports: [ConnectModule],
  controllers: [TrashController],
  providers: [
    { provide: FILE_PORT, useClass: NodeFilePort },
    JournalCleanup,
    JournalService,
    PathLock,
    PublishService,
    RecoveryService,
    ReplaceService,
    RestoreService,
    TargetCheck,
    TrashEmptier,
    TrashLimits,
    TrashService,
  ],
  exports: [JournalCleanup, PublishService, RecoveryService, ReplaceService, TargetCheck, TrashLimits],
})
export class ReplaceModule {}
