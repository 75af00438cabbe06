import { HttpErrorResponse, type HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { tap } from 'rxjs';
import { API_ROOT } from '../api/api-root';
import { SessionService } from './session.service';

/** A 401 from anything but the login itself means that the session is over. */
export const authInterceptor: HttpInterceptorFn = (request, next) => {
  if (request.url.startsWith(`${inject(API_ROOT)}auth/`)) return next(request);
  const session = inject(SessionService);
  return next(request).pipe(
    tap({
      error: (error: unknown) => {
        if (error instanceof HttpErrorResponse && error.status === 401) session.expired();
      },
    }),
  );
};
