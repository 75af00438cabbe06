import { HttpErrorResponse } from '@angular/common/http';
import { Component, inject, input, signal } from '@angular/core';
import { Router } from '@angular/router';
import { ApiProblem } from '../../core/api/api-problem';
import { safeReturnUrl } from '../../core/auth/return-url';
import { SessionService } from '../../core/auth/session.service';
import { BrandComponent } from '../../layout/brand.component';
import { IconComponent } from '../../ui/icon.component';

/** Exchanges the API key for a cookie, and goes back to where one wanted to be. */
@Component({
  selector: 'app-login-page',
  imports: [BrandComponent, IconComponent],
  templateUrl: './login.page.html',
  styleUrl: './login.page.scss',
})
export class LoginPage {
  private readonly session = inject(SessionService);
  private readonly router = inject(Router);

  /** from the query */
  readonly returnUrl = input<string>();

  protected readonly apiKey = signal('');
  protected readonly shown = signal(false);
  protected readonly busy = signal(false);
  protected readonly error = signal<string | null>(null);

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    const apiKey = this.apiKey().trim();
    if (apiKey === '') {
      this.error.set('Enter the API key.');
      return;
    }
    this.busy.set(true);
    this.error.set(null);
    try {
      await this.session.login(apiKey);
      await this.router.navigateByUrl(safeReturnUrl(this.returnUrl()));
    } catch (error) {
      this.error.set(explain(error));
    } finally {
      this.busy.set(false);
    }
  }
}

function explain(error: unknown): string {
  if (error instanceof HttpErrorResponse && error.status === 401)
    return 'This is not the API key of this server.';
  if (error instanceof HttpErrorResponse && error.status === 429)
    return 'Too many tries. Wait a minute, then try again.';
  const problem = ApiProblem.from(error);
  return problem.description ? `${problem.message} ${problem.description}` : problem.message;
}
