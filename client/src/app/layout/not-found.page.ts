import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { EmptyStateComponent } from '../ui/empty-state.component';
import { PageToolbarComponent } from '../ui/page-toolbar.component';

@Component({
  selector: 'app-not-found-page',
  imports: [EmptyStateComponent, PageToolbarComponent, RouterLink],
  template: `
    <app-page-toolbar heading="Not found" />
    <div class="page">
      <app-empty-state icon="info" heading="There is no page at this address">
        It may have been moved, or the address has a typing mistake.
        <a emptyAction class="button" routerLink="/">To the dashboard</a>
      </app-empty-state>
    </div>
  `,
})
export class NotFoundPage {}
