import { StandardSchemaValidationPipe } from '@nestjs/common';
import { FieldException } from './field-exception.js';

/** Checks every argument that a route gave a schema for, and answers with one entry a field. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      new FieldException(
        issues.map((issue) => ({
          propertyName: (issue.path ?? [])
            .map((part) => String(typeof part === 'object' ? part.key : part))
            .join('.'),
          errorMessage: issue.message,
        })),
      ),
  });
}
