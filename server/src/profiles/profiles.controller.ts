import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  profileResource,
  profileSchemaQuery,
  type ProfileResource,
  type ProfileSchemaQuery,
} from '#contracts';
import { profileJsonSchema } from '#engine/profile/json-schema.js';
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

  /** For editors: what a profile, or a folder's `.boilarr.yaml`, may say. */
  @Get('schema')
  @ApiOkResponse({ standardSchema: z.record(z.string(), z.unknown()) })
  schema(@Query({ schema: profileSchemaQuery }) { kind }: ProfileSchemaQuery): object {
    return profileJsonSchema(kind);
  }
}
