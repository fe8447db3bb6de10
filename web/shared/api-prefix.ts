/** Where the REST routes are: the server writes it into the page, since an operator may choose another prefix. */
export function apiPrefixOfPage(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="api-prefix"]')?.content ?? '/api/v1';
}
