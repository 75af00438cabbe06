import { describe, expect, it } from 'vitest';
import { ApiProblem } from './api-problem';

/** What HttpClient throws, as far as it matters here. */
function httpError(parts: { status: number; error?: unknown }): object {
  return { name: 'HttpErrorResponse', error: null, ...parts };
}

describe('ApiProblem.from', () => {
  it('keeps the fields of a 400', () => {
    const fields = [{ propertyName: 'path', errorMessage: 'must be an absolute path' }];
    const problem = ApiProblem.from(httpError({ status: 400, error: fields }));
    expect(problem.fields).toEqual([{ propertyName: 'path', errorMessage: 'Must be an absolute path.' }]);
    expect(problem.description).toBe('path: Must be an absolute path.');
  });

  it('says what the server said', () => {
    const problem = ApiProblem.from(
      httpError({
        status: 409,
        error: { message: 'A scan is running.', description: 'Wait for it.' },
      }),
    );
    expect(problem).toMatchObject({
      status: 409,
      message: 'A scan is running.',
      description: 'Wait for it.',
    });
  });

  it('makes sentences of clauses', () => {
    expect(ApiProblem.from(httpError({ status: 409, error: { message: 'a scan is running' } })).message).toBe(
      'A scan is running.',
    );
  });

  it('reads an error that came as text', () => {
    const problem = ApiProblem.from(httpError({ status: 404, error: '{"message":"No log yet."}' }));
    expect(problem.message).toBe('No log yet.');
  });

  it('tells a silent server from an angry one', () => {
    expect(ApiProblem.from(httpError({ status: 0 })).message).toBe('The server does not answer.');
    expect(ApiProblem.from(httpError({ status: 502, error: '<html>' })).message).toBe(
      'The server answered with status 502.',
    );
  });

  it('looks into what a resource wrapped', () => {
    const inner = httpError({ status: 403, error: { message: 'No.' } });
    expect(ApiProblem.from(new Error('wrapped', { cause: inner })).message).toBe('No.');
  });
});
