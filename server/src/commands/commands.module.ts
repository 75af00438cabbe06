import { Module } from '@nestjs/common';
import { ReplaceModule } from '../replace/replace.module.js';
import { ScannerModule } from '../scanner/scanner.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { CommandsController } from './commands.controller.js';
import { CommandsService } from './commands.service.js';

@Module({
  imports: [ReplaceModule, ScannerModule, TasksModule],
  controllers: [CommandsController],
  providers: [CommandsService],
})
export class CommandsModule {}
