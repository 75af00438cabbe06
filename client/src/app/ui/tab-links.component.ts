import { Component, input } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';

export interface TabLink {
  path: string;
  label: string;
}

/** The parts of a page that have addresses of their own. */
@Component({
  selector: 'app-tab-links',
  imports: [RouterLink, RouterLinkActive],
  template: `
    <nav class="tabs" [attr.aria-label]="label()">
      @for (link of links(); track link.path) {
        <a
          class="tab"
          routerLinkActive="chosen"
          ariaCurrentWhenActive="page"
          [routerLink]="link.path"
          [routerLinkActiveOptions]="{
            paths: 'exact',
            queryParams: 'ignored',
            fragment: 'ignored',
            matrixParams: 'ignored',
          }"
        >
          {{ link.label }}
        </a>
      }
    </nav>
  `,
})
export class TabLinksComponent {
  readonly links = input.required<readonly TabLink[]>();
  readonly label = input.required<string>();
}
