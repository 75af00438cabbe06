import { Controller, Get, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';

/** The API's description; made once, when all routes are known. */
@Injectable()
export class OpenApiHolder {
  document: OpenAPIObject | null = null;
}

@ApiExcludeController()
@Controller('openapi.json')
export class OpenApiController {
  constructor(private readonly holder: OpenApiHolder) {}

  @Get()
  get(): OpenAPIObject {
    if (this.holder.document === null) throw new ServiceUnavailableException('the server is still starting');
    return this.holder.document;
  }
}
