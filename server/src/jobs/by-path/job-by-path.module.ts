import { Module } from '@nestjs/common';
import { ScannerModule } from '../../scanner/scanner.module.js';
import { JobByPathController } from './job-by-path.controller.js';
import { JobByPath } from './job-by-path.service.js';

@Module({ imports: [ScannerModule], controllers: [JobByPathController], providers: [JobByPath] })
export class JobByPathModule {}
