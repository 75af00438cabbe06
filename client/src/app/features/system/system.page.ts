import { Component } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { PageToolbarComponent } from '../../ui/page-toolbar.component';

/** The server and the nodes, in three parts. */
@Component({
  selector: 'app-system-page',
  imports: [PageToolbarComponent, RouterLink, RouterLinkActive, RouterOutlet],
  template: `
    <app-page-toolbar heading="System" />
    <div class="page">
      <nav aria-label="System">
        @for (part of parts; track part.path) {
          <a routerLinkActive="active" ariaCurrentWhenActive="page" [routerLink]="part.path">{{
            part.label
          }}</a>
        }
      </nav>
      <router-outlet />
    </div>
  `,
  styleUrl: './system.page.scss',
})
export class SystemPage {
  protected readonly parts = [
    { path: 'status', label: 'Status' },
    { path: 'tasks', label: 'Tasks' },
    { path: 'nodes', label: 'Nodes' },
  ];
}
