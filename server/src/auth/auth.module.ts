import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { NodesModule } from '../nodes/nodes.module.js';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { AuthService } from './auth.service.js';

@Module({
  imports: [NodesModule],
  controllers: [AuthController],
  providers: [AuthService, AuthGuard, { provide: APP_GUARD, useExisting: AuthGuard }],
  exports: [AuthService],
})
export class AuthModule {}
