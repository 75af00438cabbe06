import { ConflictException } from '@nestjs/common';
import { PROTOCOL_VERSION } from '#contracts';
import { VERSION } from '#engine/version.js';
import { z } from 'zod';
import { FieldException } from '../common/field-exception.js';

/** What every version of the protocol has had in the first requests of a node. */
export const greeting = z.looseObject({
  protocol: z.number().int(),
  version: z.string().max(100).optional(),
});
export type Greeting = z.infer<typeof greeting>;

/**
 * @param version the node's, where it says
 * @throws ConflictException naming both versions
 */
export function checkProtocol(protocol: number, version?: string): void {
  if (protocol === PROTOCOL_VERSION) return;
  const older = protocol < PROTOCOL_VERSION ? 'the node' : 'this server';
  throw new ConflictException(
    `this server is Boilarr ${VERSION} and speaks protocol ${PROTOCOL_VERSION}, the node is ` +
      `${version ?? 'of an unknown version'} and speaks protocol ${protocol}; update ${older}`,
  );
}

/**
 * Reads a node's first request. Only after the protocol, since another one may ask for other fields.
 * @throws ConflictException naming both versions, FieldException
 */
export function readGreeting<T>(body: Greeting, schema: z.ZodType<T>): T {
  checkProtocol(body.protocol, body.version);
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new FieldException(
    result.error.issues.map((issue) => ({
      propertyName: issue.path.join('.'),
      errorMessage: issue.message,
    })),
  );
}
