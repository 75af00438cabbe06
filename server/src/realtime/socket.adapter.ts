import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import { AuthService, SESSION_COOKIE } from '../auth/auth.service.js';
import { AppConfig } from '../config/app-config.js';
import { cookieOf } from './realtime.gateway.js';

/** socket.io below the URL base, open only to who is signed in or has the API key. */
export class AuthenticatedSocketAdapter extends IoAdapter {
  private readonly auth: AuthService;
  private readonly urlBase: string;

  constructor(application: INestApplicationContext) {
    super(application);
    this.auth = application.get(AuthService);
    this.urlBase = application.get(AppConfig).urlBase;
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    return super.createIOServer(port, {
      ...options,
      path: `${this.urlBase}/socket.io`,
      serveClient: false,
      maxHttpBufferSize: 10_000,
      allowRequest: (
        request: IncomingMessage,
        answer: (error: string | null | undefined, ok: boolean) => void,
      ) => {
        this.isAllowed(request).then(
          (ok) => {
            answer(ok ? null : 'sign in first', ok);
          },
          () => {
            answer('sign in first', false);
          },
        );
      },
    } as ServerOptions);
  }

  private async isAllowed(request: IncomingMessage): Promise<boolean> {
    const header = request.headers['x-api-key'];
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams.get('apikey');
    const apiKey = typeof header === 'string' ? header : query;
    if (apiKey !== null) return this.auth.isApiKey(apiKey);
    const session = cookieOf(request, SESSION_COOKIE);
    return session !== null && this.auth.isSession(session);
  }
}
