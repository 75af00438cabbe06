import { Module } from '@nestjs/common';
import { NodesModule } from '../nodes/nodes.module.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { ScannerModule } from '../scanner/scanner.module.js';
import { FilePlanService } from './file-plan.service.js';
import { FilesController } from './files.controller.js';
import { FilesService } from './files.service.js';

@Module({
  imports: [NodesModule, ProfilesModule, ScannerModule],
  controllers: [FilesController],
  providers: [FilesService, FilePlanService],
  exports: [FilesService],
})
export class FilesModule {}
