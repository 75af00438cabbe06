import { Component } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { ConfirmComponent } from './ui/confirm.component';
import { ToastsComponent } from './ui/toasts.component';

/** The whole app: a page, and above it what any page may show. */
@Component({
  selector: 'app-root',
  imports: [ConfirmComponent, RouterOutlet, ToastsComponent],
  template: `
    <router-outlet />
    <app-toasts />
    <app-confirm />
  `,
})
export class AppComponent {}
