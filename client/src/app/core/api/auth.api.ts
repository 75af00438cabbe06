import { HttpClient } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type { LoginRequest, SessionStatus } from '#contracts';
import { API_ROOT } from './api-root';

/** The API key for a cookie, and the cookie back. */
@Service()
export class AuthApi {
  private readonly http = inject(HttpClient);
  private readonly root = `${inject(API_ROOT)}auth/`;

  /** Throws an HttpErrorResponse: 401 for a wrong key, 429 after too many. */
  async login(apiKey: string): Promise<void> {
    const request: LoginRequest = { apiKey };
    await firstValueFrom(this.http.post(`${this.root}login`, request));
  }

  async logout(): Promise<void> {
    await firstValueFrom(this.http.post(`${this.root}logout`, {}));
  }

  session(): Promise<SessionStatus> {
    return firstValueFrom(this.http.get<SessionStatus>(`${this.root}session`));
  }
}
