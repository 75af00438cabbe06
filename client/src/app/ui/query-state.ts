import { inject } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';

/** Reads `?page=`; anything odd is the first page. */
export function pageNumber(value: unknown): number {
  const page = Number(value);
  return Number.isInteger(page) && page > 0 ? page : 1;
}

/**
 * Sets query parameters of the page at hand, so that the address, the back button and a reload know about it.
 * Null takes one away. Needs an injection context.
 */
export function queryState(): (params: Record<string, string | number | null>) => Promise<boolean> {
  const router = inject(Router);
  const relativeTo = inject(ActivatedRoute);
  return (queryParams) => router.navigate([], { relativeTo, queryParams, queryParamsHandling: 'merge' });
}
