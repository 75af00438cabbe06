import { Module } from '@nestjs/common';
import { ReplaceModule } from '../replace/replace.module.js';
import { DeliveryService } from './delivery.service.js';
import { ReplacementService } from './replacement.service.js';

@Module({
  imports: [ReplaceModule],
  providers: [DeliveryService, ReplacementService],
  exports: [DeliveryService],
})
export class DeliveryModule {}
