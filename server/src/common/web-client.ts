import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { PROJECT_ROOT } from '#engine/version.js';
import express, { type NextFunction, type Request, type Response } from 'express';

const CLIENT_FOLDER = path.join(PROJECT_ROOT, 'dist', 'client', 'browser');

/** Files whose name carries a hash of their content never change. */
const HASHED = /-[A-Z0-9]{8}\.(?:js|css|woff2)$/;

/**
 * Serves the browser's part below the URL base. Every path that is neither a file nor the API's gets the page
 * itself, so that a link into the app works.
 */
export async function serveWebClient(application: NestExpressApplication, urlBase: string): Promise<void> {
  let page: string;
  try {
    page = await readFile(path.join(CLIENT_FOLDER, 'index.html'), 'utf8');
  } catch {
    // Without a build of the client the API works all the same.
    return;
  }
  const html = page.replace(/<base href="[^"]*"\s*\/?>/, `<base href="${urlBase}/">`);
  const router = express.Router();
  router.use(
    express.static(CLIENT_FOLDER, {
      index: false,
      setHeaders: (response, file) => {
        const value = HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache';
        response.setHeader('Cache-Control', value);
      },
    }),
  );
  router.use((request: Request, response: Response, next: NextFunction) => {
    const isPage = request.method === 'GET' || request.method === 'HEAD';
    // A script of an older build that is asked for would be answered with the page, and the browser would show nothing.
    const isFile = HASHED.test(request.path);
    if (!isPage || isFile || /^\/(?:api|ping|socket\.io)(?:\/|$)/.test(request.path)) {
      next();
      return;
    }
    response.setHeader('Cache-Control', 'no-cache');
    response.type('html').send(html);
  });
  application.use(urlBase === '' ? '/' : urlBase, router);
}
