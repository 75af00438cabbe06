import { Module } from '@nestjs/common';
import { NodesModule } from '../nodes/nodes.module.js';
import { NodeFilePort } from '../replace/file-port.js';
import { FILE_PORT } from '../replace/file-port.token.js';
import { InputFiles } from './input-files.service.js';
import { PieceGate } from './piece-gate.js';
import { ReachService } from './reach.service.js';

@Module({
  imports: [NodesModule],
  providers: [{ provide: FILE_PORT, useClass: NodeFilePort }, InputFiles, PieceGate, ReachService],
  exports: [InputFiles, PieceGate, ReachService],
})
export class ReachModule {}
