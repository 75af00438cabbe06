import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { VERSION } from '#engine/version.js';

/** Describes the API from the routes' own schemas. */
export function openApiDocument(application: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Boilarr')
    .setDescription('Send the API key as X-Api-Key.')
    .setVersion(VERSION)
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Api-Key' }, 'apiKey')
    .addSecurityRequirements('apiKey')
    .build();
  return SwaggerModule.createDocument(application, description);
}
