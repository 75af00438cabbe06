import { BadRequestException, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { LEASE_HEADER } from '#contracts';
import type { Request } from 'express';

/** The token of the lease that a node's request is about. */
export const LeaseToken = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const token = context.switchToHttp().getRequest<Request>().headers[LEASE_HEADER];
  if (typeof token === 'string' && /^[0-9a-f]{24}$/.test(token)) return token;
  throw new BadRequestException(`the header ${LEASE_HEADER} must hold the token of a lease`);
});
