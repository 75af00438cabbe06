import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { profileResource, type ProfileResource } from '#contracts';
import { z } from 'zod';
import { ProfilesService } from './profiles.service.js';

@ApiTags('profiles')
@Controller('profiles')
export class ProfilesController {
  constructor(private readonly profiles: ProfilesService) {}

  @Get()
  @ApiOkResponse({ standardSchema: z.array(profileResource) })
  async list(): Promise<ProfileResource[]> {
    await this.profiles.refresh();
    return this.profiles.list();
  }
}
