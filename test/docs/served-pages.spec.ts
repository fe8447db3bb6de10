import { globSync, readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { addressOf, guides, markdownAddressOf, references } from '../../src/docs/guides.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** What was served at an address. */
interface Served {
  status: number;
  type: string;
  policy: string;
  text: string;
}

const pages = [...guides.map(addressOf), '/docs/events', '/docs/problems'];

describe('the documentation that the server shows', () => {
  let app: TestApp;
  const known = new Map<string, Promise<Served>>();
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  /** Each address is fetched once, however many links lead there. */
  function fetchOnce(path: string): Promise<Served> {
    const served =
      known.get(path) ??
      fetch(`${app.url}${path}`).then(async (response) => ({
        status: response.status,
        type: response.headers.get('content-type') ?? '',
        policy: response.headers.get('content-security-policy') ?? '',
        text: await response.text(),
      }));
    known.set(path, served);
    return served;
  }

  /** The values of an attribute in a page. */
  function valuesOf(html: string, attribute: string): string[] {
    return Array.from(html.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, 'g')), ([, value]) => value!);
  }

  it('has every Markdown file of docs/, once', () => {
    const files = guides.map(({ file }) => file);
    expect(files.filter((file) => file.startsWith('docs/')).sort()).toEqual(globSync('docs/**/*.md').sort());
    expect(new Set(files).size).toBe(files.length);
    expect(new Set(guides.map(addressOf)).size).toBe(guides.length);
  });

  it.each(pages)(
    'serves %s as a page under a policy that allows nothing but its own style and pictures',
    async (path) => {
      const { status, type, policy, text } = await fetchOnce(path);
      expect([status, type]).toEqual([200, 'text/html; charset=utf-8']);
      expect(policy).toBe(
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(text).toMatch(/^<!doctype html>/);
      expect(text.match(/<h1\b/g)).toHaveLength(1);
      expect(text).not.toMatch(/<(script|style|iframe|form)\b|\sstyle="|\son\w+="|javascript:/i);
      expect(valuesOf(text, 'src').filter((source) => !source.startsWith('/docs/'))).toEqual([]);
    },
  );

  it('has no link that leads nowhere, no anchor that is not there or there twice', async () => {
    const broken: string[] = [];
    let followed = 0;
    for (const page of pages) {
      const { text } = await fetchOnce(page);
      const anchors = valuesOf(text, 'id');
      if (new Set(anchors).size !== anchors.length) broken.push(`${page} has an anchor twice`);
      for (const link of [...valuesOf(text, 'href'), ...valuesOf(text, 'src')]) {
        if (link.startsWith('https://')) continue;
        const { pathname, hash } = new URL(link, `${app.url}${page}`);
        const target = await fetchOnce(pathname);
        const anchor = decodeURIComponent(hash.slice(1));
        if (target.status !== 200 || (anchor !== '' && !valuesOf(target.text, 'id').includes(anchor)))
          broken.push(`${page} → ${link}`);
        followed += 1;
      }
    }
    expect(broken).toEqual([]);
    expect(followed).toBeGreaterThan(500);
  });

  it('lists every page and every reference on every page, and marks where one is', async () => {
    for (const page of pages) {
      const { text } = await fetchOnce(page);
      const list = text.slice(text.indexOf('<nav id="page-list"'));
      const missing = [...guides.map(addressOf), ...references.map(({ address }) => address)].filter(
        (address) => !list.includes(`href="${address}"`),
      );
      expect({ page, missing }).toEqual({ page, missing: [] });
      expect(list).toContain(`href="${page}" aria-current="page"`);
    }
  });

  it('serves each guide as Markdown too, with links to the Markdown of others', async () => {
    for (const guide of guides) {
      const { status, type, text } = await fetchOnce(markdownAddressOf(guide));
      expect([guide.file, status, type]).toEqual([guide.file, 200, 'text/markdown; charset=utf-8']);
      const titleOf = (markdown: string) => markdown.slice(0, markdown.indexOf('\n'));
      expect(titleOf(text)).toBe(titleOf(readFileSync(guide.file, 'utf8')));
      const links = Array.from(text.matchAll(/\]\((\/docs\/guide[^)#]*)/g), ([, link]) => link!);
      for (const link of links)
        expect([guide.file, link, (await fetchOnce(link)).status]).toEqual([guide.file, link, 200]);
    }
  });

  it('leads from a link between files of the repository to the page of the other one', async () => {
    expect((await fetchOnce('/docs/guide/moving')).text).toContain('href="/docs/guide/client"');
    expect((await fetchOnce('/docs/guide/moving.md')).text).toContain('](/docs/guide/client.md)');
  });

  it('shows a link to a file that is not served as its text', async () => {
    expect(readFileSync('README.md', 'utf8')).toContain('[contract/](contract/)');
    expect((await fetchOnce('/docs/guide/readme')).text).not.toContain('href="contract/"');
  });

  it('has a list for language models in the form of llmstxt.org, with every page', async () => {
    const { status, type, text } = await fetchOnce('/llms.txt');
    expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
    const lines = text.split('\n');
    expect(lines[0]).toBe('# Confab');
    expect(lines[2]).toMatch(/^> A self-hosted/);
    const rest = lines.slice(3).filter((line) => line !== '' && !line.startsWith('## '));
    expect(rest.filter((line) => !/^- \[[^\]]+\]\(\/[^)]*\): .+$/.test(line))).toEqual([]);
    const links = Array.from(text.matchAll(/\]\(([^)]+)\)/g), ([, link]) => link!);
    expect(links).toEqual([...guides.map(markdownAddressOf), ...references.map(({ address }) => address)]);
    for (const link of links) expect([link, (await fetchOnce(link)).status]).toEqual([link, 200]);
  });

  it.each([
    '/docs/guide/nothing',
    '/docs/guide/nothing.md',
    '/docs/guide/images/nothing.png',
    '/docs/guide/images/..%2f..%2fpage.css',
    '/docs/guide/..%2fpage.css',
  ])('answers %s with a problem', async (path) => {
    expectProblem(await new ApiClient(app.url).get(path), 'not_found');
  });

  it('leaves Swagger UI where it was', async () => {
    expect((await fetchOnce('/docs')).text).toContain('swagger-ui');
    expect((await fetchOnce('/docs/')).text).toContain('swagger-ui');
  });
});
