import type { HttpErrorResponse } from '@angular/common/http';
import type { ApiError, FieldErrors } from '#contracts';
import { sentence } from '../../ui/format/sentence';

/** Why a request failed, in words for the page. */
export class ApiProblem {
  constructor(
    /** HTTP status; 0: no answer came */
    readonly status: number,
    readonly message: string,
    readonly description: string | null = null,
    /** of a 400: what is wrong with which field */
    readonly fields: FieldErrors = [],
  ) {}

  /** Turns whatever a request threw into a problem. */
  static from(error: unknown): ApiProblem {
    const cause = unwrap(error);
    if (cause instanceof ApiProblem) return cause;
    if (!isHttpError(cause)) {
      return new ApiProblem(0, cause instanceof Error ? cause.message : 'Something went wrong in this page.');
    }
    if (cause.status === 0) {
      return new ApiProblem(
        0,
        'The server does not answer.',
        'Is Boilarr running, and is this device still on the network?',
      );
    }
    const body = parsed(cause.error);
    if (isFieldErrors(body)) {
      const fields = body.map((entry) => ({ ...entry, errorMessage: sentence(entry.errorMessage) }));
      const lines = fields.map(({ propertyName, errorMessage }) =>
        propertyName ? `${propertyName}: ${errorMessage}` : errorMessage,
      );
      return new ApiProblem(cause.status, 'Some values were refused.', lines.join('\n'), fields);
    }
    if (isApiError(body))
      return new ApiProblem(
        cause.status,
        sentence(body.message),
        body.description ? sentence(body.description) : null,
      );
    return new ApiProblem(cause.status, `The server answered with status ${cause.status}.`);
  }
}

/** Resources wrap what is no `Error`, and an HttpErrorResponse is none. */
function unwrap(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

/** By its name, so that this file needs nothing of Angular at run time. */
function isHttpError(error: unknown): error is HttpErrorResponse {
  return isRecord(error) && error.name === 'HttpErrorResponse';
}

/** A request for text gets its error as text, too. */
function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isFieldErrors(body: unknown): body is FieldErrors {
  return (
    Array.isArray(body) &&
    body.length > 0 &&
    body.every((entry) => isRecord(entry) && typeof entry.errorMessage === 'string')
  );
}

function isApiError(body: unknown): body is ApiError {
  return isRecord(body) && typeof body.message === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
