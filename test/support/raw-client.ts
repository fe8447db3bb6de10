import type { ApiAnswer } from './api-client.js';

/** One request as it is, to any address of the server; unlike those of `ApiClient`, its answer need not be documented. */
export async function rawRequest(
  url: string,
  {
    method = 'GET',
    body,
    headers = {},
  }: {
    method?: string;
    body?: string | Uint8Array<ArrayBuffer>;
    headers?: Record<string, string>;
  } = {},
): Promise<ApiAnswer> {
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}
