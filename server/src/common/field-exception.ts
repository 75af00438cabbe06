import { HttpException, HttpStatus } from '@nestjs/common';
import type { FieldErrors } from '#contracts';

/** A 400 whose body names each field that was refused, as *arr clients expect it. */
export class FieldException extends HttpException {
  constructor(readonly errors: FieldErrors) {
    super(errors, HttpStatus.BAD_REQUEST);
  }
}
