import {
  Injectable,
  SetMetadata,
  UnauthorizedException,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PROTOCOL_HEADER } from '#contracts';
import type { Request } from 'express';
import { checkProtocol } from '../agent-api/protocol-check.js';
import { NodesService } from '../nodes/nodes.service.js';
import { AuthService, SESSION_COOKIE } from './auth.service.js';
import { setPrincipal } from './principal.js';

type Audience = 'public' | 'node';
const AUDIENCE = 'boilarr:audience';

/** Answers without a login. */
export const Public = (): CustomDecorator => SetMetadata(AUDIENCE, 'public' satisfies Audience);
/** Answers to nodes, and to nobody else. */
export const ForNodes = (): CustomDecorator => SetMetadata(AUDIENCE, 'node' satisfies Audience);

/** Finds the credentials of a request: `X-Api-Key`, `apikey`, or the session's cookie. */
export function credentialsOf(request: Request): { apiKey: string | null; session: string | null } {
  const header = request.headers['x-api-key'];
  const query = request.query['apikey'];
  const cookies = request.cookies as Record<string, unknown> | undefined;
  const session = cookies?.[SESSION_COOKIE];
  return {
    apiKey: typeof header === 'string' ? header : typeof query === 'string' ? query : null,
    session: typeof session === 'string' ? session : null,
  };
}

/** Every route is closed unless it says otherwise, and a node's token opens no route of a person's. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly auth: AuthService,
    private readonly nodes: NodesService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const audience = this.reflector.getAllAndOverride<Audience | undefined>(AUDIENCE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (audience === 'public') return true;
    const request = context.switchToHttp().getRequest<Request>();
    if (audience === 'node') return this.admitNode(request);
    if (await this.isUser(request)) {
      setPrincipal(request, { kind: 'user' });
      return true;
    }
    throw new UnauthorizedException('sign in, or send the API key as X-Api-Key');
  }

  async isUser(request: Request): Promise<boolean> {
    const { apiKey, session } = credentialsOf(request);
    if (apiKey !== null) return this.auth.isApiKey(apiKey);
    return session !== null && this.auth.isSession(session);
  }

  private async admitNode(request: Request): Promise<boolean> {
    const match = /^Bearer ([0-9a-f]{64})$/.exec(request.headers.authorization ?? '');
    const node = match?.[1] === undefined ? null : await this.nodes.findByToken(match[1]);
    if (node === null) throw new UnauthorizedException('this node is not known');
    // The server may have been updated since the node began.
    const protocol = request.headers[PROTOCOL_HEADER];
    if (typeof protocol === 'string') {
      const version = /^boilarr-node\/(\S{1,100})/.exec(request.headers['user-agent'] ?? '')?.[1];
      checkProtocol(Number(protocol), version);
    }
    setPrincipal(request, { kind: 'node', node });
    return true;
  }
}
