type QueryValue = string | number | boolean | readonly string[] | null | undefined;

/** The entries that have a value, as query parameters; lists are joined by commas, as the API wants them. */
export function queryParams(query: object): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [key, value] of Object.entries(query) as [string, QueryValue][]) {
    if (value === undefined || value === null || value === '') continue;
    params[key] = typeof value === 'object' ? value.join(',') : String(value);
  }
  return params;
}
