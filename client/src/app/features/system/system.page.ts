import { Component } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { PageToolbarComponent } from '../../ui/page-toolbar.component';
import { TabLinksComponent } from '../../ui/tab-links.component';

/** The server and the nodes, in three parts. */
@Component({
  selector: 'app-system-page',
  imports: [PageToolbarComponent, RouterOutlet, TabLinksComponent],
  template: `
    <app-page-toolbar heading="System" />
    <div class="page">
      <app-tab-links label="System" [links]="parts" />
      <router-outlet />
    </div>
  `,
})
export class SystemPage {
  protected readonly parts = [
    { path: '/system/status', label: 'Status' },
    { path: '/system/tasks', label: 'Tasks' },
    { path: '/system/nodes', label: 'Nodes' },
  ];
}
