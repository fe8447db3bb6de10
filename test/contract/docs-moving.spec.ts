import { readdir, readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { clientEventNames, serverEventNames } from '../../contract/events.js';
import { problems } from '../../contract/problems.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { OpenApiDocument } from '../support/validate-answer.js';

const folder = 'docs/moving';
const events: readonly string[] = [...clientEventNames, ...serverEventNames];

describe('the pages for those who move to Confab', () => {
  let app: TestApp;
  let served: string[];
  /** What stands in backquotes, with the page it stands on. */
  let spans: { page: string; text: string }[];
  beforeAll(async () => {
    app = await startTestApp();
    const { paths } = (await (await fetch(`${app.url}/docs/openapi.json`)).json()) as OpenApiDocument;
    served = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    );
    const pages = await readdir(folder);
    spans = (
      await Promise.all(
        pages.map(async (page) => {
          const text = await readFile(`${folder}/${page}`, 'utf8');
          return [...text.matchAll(/`([^`]+)`/g)].map(([, span = '']) => ({ page, text: span }));
        }),
      )
    ).flat();
  });
  afterAll(() => app.stop());

  it('name no route that is not served', () => {
    const routes = spans.filter(({ text }) => /^(GET|POST|PUT|PATCH|DELETE) \//.test(text));
    expect(routes.length).toBeGreaterThan(50);
    expect(routes.filter(({ text }) => !served.includes(text.split('?')[0]!))).toEqual([]);
  });

  it('name no event and no problem that there is not', () => {
    const names = spans.filter(({ text }) => /^[a-z]+(_[a-z]+)+$/.test(text));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter(({ text }) => !events.includes(text) && !(text in problems))).toEqual([]);
  });
});
