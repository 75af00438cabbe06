import type { Request } from 'express';
import type { NodeEntity } from '../nodes/node.entity.js';

/** Who asks: a person (API key or session), or a node. */
export type Principal = { kind: 'user' } | { kind: 'node'; node: NodeEntity };

const principals = new WeakMap<Request, Principal>();

export function setPrincipal(request: Request, principal: Principal): void {
  principals.set(request, principal);
}

/** @throws Error on a route that is not behind the guard: a mistake of ours, not of the caller */
export function nodeOf(request: Request): NodeEntity {
  const principal = principals.get(request);
  if (principal?.kind !== 'node')
    throw new Error('this route is for nodes only, and its guard let somebody else in');
  return principal.node;
}
