import { Module } from '@nestjs/common';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { ScannerModule } from '../scanner/scanner.module.js';
import { FilesystemController } from './filesystem.controller.js';
import { LibrariesController } from './libraries.controller.js';
import { LibrariesService } from './libraries.service.js';

@Module({
  imports: [ProfilesModule, ScannerModule],
  controllers: [LibrariesController, FilesystemController],
  providers: [LibrariesService],
  exports: [LibrariesService],
})
export class LibrariesModule {}
