import { Module } from '@nestjs/common';
import { ReplaceModule } from '../replace/replace.module.js';
import { ClaimCheck } from './claim-check.service.js';
import { DeliveryService } from './delivery.service.js';
import { LibraryWatch } from './library-watch.service.js';
import { ReplacementService } from './replacement.service.js';
import { ReviewController } from './review.controller.js';
import { ReviewStills } from './review-stills.service.js';
import { ReviewService } from './review.service.js';
import { Uploads } from './uploads.service.js';
import { WorkFolders } from './work-folders.service.js';
import { WorkProbe } from './work-probe.service.js';

@Module({
  imports: [ReplaceModule],
  controllers: [ReviewController],
  providers: [
    ClaimCheck,
    DeliveryService,
    LibraryWatch,
    ReplacementService,
    ReviewService,
    ReviewStills,
    Uploads,
    WorkFolders,
    WorkProbe,
  ],
  exports: [DeliveryService, LibraryWatch, Uploads, WorkProbe],
})
export class DeliveryModule {}
