import { HttpErrorResponse } from '@angular/common/http';
import { inject, Service, signal } from '@angular/core';
import { Router } from '@angular/router';
import { AuthApi } from '../api/auth.api';
import { safeReturnUrl } from './return-url';

export type SessionState = 'unknown' | 'in' | 'out';

/** Whether this browser's cookie is good. The cookie itself is out of reach of scripts. */
@Service()
export class SessionService {
  private readonly api = inject(AuthApi);
  private readonly router = inject(Router);
  private readonly current = signal<SessionState>('unknown');

  readonly state = this.current.asReadonly();

  /** Asks the server, once. A server that does not answer leaves it unknown: the pages then say so themselves. */
  async check(): Promise<SessionState> {
    if (this.current() !== 'unknown') return this.current();
    return this.recheck();
  }

  /** Asks the server again. */
  async recheck(): Promise<SessionState> {
    try {
      const { authenticated } = await this.api.session();
      this.current.set(authenticated ? 'in' : 'out');
    } catch (error) {
      // no answer says nothing about the cookie
      if (error instanceof HttpErrorResponse && error.status === 401) this.current.set('out');
    }
    return this.current();
  }

  /** Throws an HttpErrorResponse when the key is refused. */
  async login(apiKey: string): Promise<void> {
    await this.api.login(apiKey);
    this.current.set('in');
  }

  async logout(): Promise<void> {
    await this.api.logout();
    this.current.set('out');
    await this.router.navigateByUrl('/login');
  }

  /** The server no longer takes the cookie: back to the login, and from there to where one was. */
  expired(): void {
    if (this.current() === 'out' && this.router.url.startsWith('/login')) return;
    this.current.set('out');
    const returnUrl = safeReturnUrl(this.router.url);
    void this.router.navigate(['/login'], { queryParams: returnUrl === '/' ? {} : { returnUrl } });
  }
}
