import type { NestExpressApplication } from '@nestjs/platform-express';

/**
 * For health checks of containers and proxies, with the URL base and without it, since a check inside the
 * container knows of none. Says nothing but that the server answers.
 */
export function answerPing(application: NestExpressApplication, urlBase: string): void {
  const express = application.getHttpAdapter().getInstance();
  for (const path of new Set(['/ping', `${urlBase}/ping`])) {
    express.get(path, (_request, response) => {
      response.json({ status: 'OK' });
    });
  }
}
