import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../auth/auth.guard.js';

/** For health checks of containers and proxies; says nothing but that the server answers. */
@ApiExcludeController()
@Controller('ping')
export class PingController {
  @Public()
  @Get()
  ping(): { status: 'OK' } {
    return { status: 'OK' };
  }
}
