import {
  Catch,
  HttpException,
  HttpStatus,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { ApiError } from '#contracts';
import type { Response } from 'express';
import { JobTransitionError } from '../jobs/job-transition.js';
import { FieldException } from './field-exception.js';

/** Gives every error the one shape that clients know; what is not meant for them stays in the log. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      response.end();
      return;
    }
    if (error instanceof FieldException) {
      response.status(HttpStatus.BAD_REQUEST).json(error.errors);
      return;
    }
    const { status, body } = this.describe(error);
    response.status(status).json(body);
  }

  private describe(error: unknown): { status: number; body: ApiError } {
    if (error instanceof JobTransitionError) {
      return { status: HttpStatus.CONFLICT, body: { message: error.message } };
    }
    if (error instanceof HttpException)
      return { status: error.getStatus(), body: { message: error.message } };
    // body-parser's errors carry a status of their own
    if (
      error instanceof Error &&
      'status' in error &&
      typeof error.status === 'number' &&
      error.status < 500
    ) {
      return { status: error.status, body: { message: error.message } };
    }
    this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return {
      status: HttpStatus.INTERNAL_SERVER_ERROR,
      body: { message: 'something went wrong in the server', description: 'the log says more' },
    };
  }
}
