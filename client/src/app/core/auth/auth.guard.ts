import { inject } from '@angular/core';
import { Router, type CanActivateFn } from '@angular/router';
import { SessionService } from './session.service';

/** Lets in whoever is logged in; everybody else sees the login and comes back afterwards. */
export const authGuard: CanActivateFn = async (_route, target) => {
  const router = inject(Router);
  if ((await inject(SessionService).check()) !== 'out') return true;
  return router.createUrlTree(['/login'], {
    queryParams: target.url === '/' ? {} : { returnUrl: target.url },
  });
};
