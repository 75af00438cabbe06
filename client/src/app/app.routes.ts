import type { Routes } from '@angular/router';
import { authGuard } from './core/auth/auth.guard';
import { unsavedChangesGuard } from './ui/forms/unsaved-changes.guard';

export const routes: Routes = [
  {
    path: 'login',
    title: 'Sign in',
    loadComponent: () => import('./features/login/login.page').then((file) => file.LoginPage),
  },
  {
    path: '',
    canActivate: [authGuard],
    loadComponent: () => import('./layout/shell.component').then((file) => file.ShellComponent),
    children: [
      {
        path: '',
        pathMatch: 'full',
        title: 'Dashboard',
        loadComponent: () => import('./features/dashboard/dashboard.page').then((file) => file.DashboardPage),
      },
      {
        path: 'libraries',
        title: 'Libraries',
        loadComponent: () => import('./features/libraries/libraries.page').then((file) => file.LibrariesPage),
      },
      {
        path: 'libraries/add',
        title: 'Add library',
        canDeactivate: [unsavedChangesGuard],
        loadComponent: () =>
          import('./features/libraries/library-form.page').then((file) => file.LibraryFormPage),
      },
      {
        path: 'libraries/:id/edit',
        title: 'Edit library',
        canDeactivate: [unsavedChangesGuard],
        loadComponent: () =>
          import('./features/libraries/library-form.page').then((file) => file.LibraryFormPage),
      },
      {
        path: 'libraries/:id',
        title: 'Files',
        loadComponent: () =>
          import('./features/libraries/library-files.page').then((file) => file.LibraryFilesPage),
      },
      {
        path: 'queue',
        title: 'Queue',
        loadComponent: () => import('./features/queue/queue.page').then((file) => file.QueuePage),
      },
      {
        path: 'queue/:id',
        title: 'Job',
        loadComponent: () => import('./features/queue/job.page').then((file) => file.JobPage),
      },
      {
        path: 'history/trash',
        title: 'Trash',
        loadComponent: () => import('./features/history/trash.page').then((file) => file.TrashPage),
      },
      {
        path: 'history',
        title: 'History',
        loadComponent: () => import('./features/history/history.page').then((file) => file.HistoryPage),
      },
      {
        path: 'system',
        loadChildren: () => import('./features/system/system.routes').then((file) => file.routes),
      },
      {
        path: '**',
        title: 'Not found',
        loadComponent: () => import('./layout/not-found.page').then((file) => file.NotFoundPage),
      },
    ],
  },
];
