import { DOCUMENT, inject, InjectionToken } from '@angular/core';

/** Where the API begins, with a slash at the end. Follows `<base href>`, and with it the server's urlBase. */
export const API_ROOT = new InjectionToken<string>('root of the API', {
  factory: () => new URL('api/v1/', inject(DOCUMENT).baseURI).href,
});
