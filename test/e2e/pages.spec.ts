import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { rawRequest } from '../support/raw-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const pages = ['/', '/observatory', '/dashboard'];

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ API_PREFIX: '/chat/api' });
});
afterAll(() => app.stop());

describe('a page', () => {
  it.each(pages)('is a document with a strict policy at %s', async (path) => {
    const { status, headers, body } = await rawRequest(`${app.url}${path}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toMatch(/unsafe|http/);
    expect(body).not.toMatch(/<script>|<style|https?:/);
  });

  it.each(pages)('finds all that it names, to be kept for a year, at %s', async (path) => {
    const names = [...(await documentAt(path)).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThanOrEqual(3);
    for (const name of names) {
      const asset = await rawRequest(`${app.url}${name}`);
      expect(asset.status).toBe(200);
      expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
  });

  it.each(pages)('gives out nothing but its assets as such at %s', async (path) => {
    for (const name of ['..%2findex.html', '%2e%2e%2findex.html', 'nothing.js', '%00', '.']) {
      const { status } = await rawRequest(`${app.url}${path.replace(/\/$/, '')}/assets/${name}`);
      expect([name, status]).toEqual([name, 404]);
    }
  });

  it.each(['/', '/observatory'])('knows where the REST routes are at %s', async (path) => {
    expect(await documentAt(path)).toContain('<meta name="api-prefix" content="/chat/api" />');
  });

  it('shows pictures that it fetched itself only where there are such', async () => {
    const policyOf = async (path: string) =>
      (await rawRequest(`${app.url}${path}`)).headers.get('content-security-policy');
    expect(await policyOf('/')).toContain("img-src 'self' data: blob:;");
    expect(await policyOf('/observatory')).toContain("img-src 'self' data:;");
  });
});

async function documentAt(path: string): Promise<string> {
  return (await rawRequest(`${app.url}${path}`)).body as string;
}
