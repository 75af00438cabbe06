import { DOCUMENT, inject } from '@angular/core';
import { Router, type NavigationError } from '@angular/router';
import { Toasts } from '../../ui/toasts.service';

/**
 * A page's code could not be fetched. After an update of the server its files have other names, and a full load brings
 * the new ones; without a server there is nothing to load, and the page at hand is better than none.
 */
export async function onNavigationError({ url, error }: NavigationError): Promise<void> {
  const router = inject(Router);
  const document = inject(DOCUMENT);
  const toasts = inject(Toasts);
  const answers = await fetch(new URL('ping', document.baseURI), { cache: 'no-store' }).then(
    (response) => response.ok,
    () => false,
  );
  // the first navigation is a full load already: another one would only go round in circles
  if (answers && router.navigated) document.location.assign(router.serializeUrl(router.parseUrl(url)));
  else
    toasts.failed(
      'The page could not be opened.',
      answers ? error : new Error('The server does not answer.'),
    );
}
