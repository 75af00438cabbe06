import type { Routes } from '@angular/router';
import { SystemPage } from './system.page';

export const routes: Routes = [
  {
    path: '',
    component: SystemPage,
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'status' },
      {
        path: 'status',
        title: 'Status',
        loadComponent: () => import('./status.component').then((file) => file.StatusComponent),
      },
      {
        path: 'tasks',
        title: 'Tasks',
        loadComponent: () => import('./tasks.component').then((file) => file.TasksComponent),
      },
      {
        path: 'nodes',
        title: 'Nodes',
        loadComponent: () => import('./nodes.component').then((file) => file.NodesComponent),
      },
    ],
  },
];
