import { z } from 'zod';

/** A count of bytes. JavaScript's safe integers reach 9 PB, which no single file does. */
export const bytes = z.number().int().nonnegative();

/** Nanoseconds since the epoch, as decimal text: they do not fit into a double. */
export const nanoseconds = z.string().regex(/^-?\d+$/, 'must be a whole number of nanoseconds');

/** A point in time, ISO 8601 in UTC. */
export const timestamp = z.iso.datetime();

export const sortDirection = z.enum(['ascending', 'descending']);

/** The largest page that a list route hands out. */
export const MAX_PAGE_SIZE = 500;

/** The query of every paged list; `sortKey` is narrowed by each route to the keys that have an index. */
export const pagingQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(50),
  sortDirection: sortDirection.default('descending'),
});
export type PagingQuery = z.infer<typeof pagingQuery>;

/** A page of a list, in the shape that *arr clients know. */
export function pageOf<T extends z.ZodType>(record: T) {
  return z.object({
    page: z.number().int(),
    pageSize: z.number().int(),
    totalRecords: z.number().int(),
    records: z.array(record),
  });
}
export interface Page<T> {
  page: number;
  pageSize: number;
  totalRecords: number;
  records: T[];
}

/** The body of a 400: one entry a field that was refused. */
export const fieldErrors = z.array(z.object({ propertyName: z.string(), errorMessage: z.string() }));
export type FieldErrors = z.infer<typeof fieldErrors>;

/** The body of every other error. */
export const apiError = z.object({ message: z.string(), description: z.string().optional() });
export type ApiError = z.infer<typeof apiError>;

export const idParam = z.coerce.number().int().positive();

/** A machine-readable code and the sentence that a person reads. */
export const reason = z.object({ code: z.string(), message: z.string() });
export type Reason = z.infer<typeof reason>;
