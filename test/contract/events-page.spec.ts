import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { closeCodes } from '../../contract/close-codes.js';
import { clientEventNames, serverEventNames } from '../../contract/events.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { fetchAsyncApi, type AsyncApiDocument } from '../support/validate-event.js';

/** The text of some HTML as a reader sees it. */
function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

describe('the page /docs/events', () => {
  let app: TestApp;
  let response: Response;
  let page: string;
  let document: AsyncApiDocument;
  beforeAll(async () => {
    app = await startTestApp();
    response = await fetch(`${app.url}/docs/events`);
    page = await response.text();
    document = await fetchAsyncApi(app.url);
  });
  afterAll(() => app.stop());

  const sectionOf = (anchor: string): string => {
    const [, after = ''] = page.split(`<section id="${anchor}">`);
    return after.split('</section>', 1)[0]!;
  };

  it('is a page', () => {
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page).toMatch(/^<!doctype html>/);
  });

  it('has a section with an anchor for every event of the contract, and no other', () => {
    const anchors = Array.from(page.matchAll(/<section id="((?:client|server)-[^"]+)">/g), ([, anchor]) => anchor);
    expect(anchors).toEqual([
      ...clientEventNames.map((name) => `client-${name}`),
      ...serverEventNames.map((name) => `server-${name}`),
    ]);
  });

  it('shows each example as the AsyncAPI document has it: for Socket.IO, as a frame, and acknowledged', () => {
    const expectExample = (anchor: string, message: string) => {
      const example = JSON.stringify(document.components.messages[message]!.examples[0]!.payload, null, 2);
      expect({ anchor, shown: textOf(sectionOf(anchor)).includes(example) }).toEqual({ anchor, shown: true });
    };
    for (const name of clientEventNames) {
      for (const prefix of ['client', 'frame.client', 'ack', 'frame.ack'])
        expectExample(`client-${name}`, `${prefix}.${name}`);
    }
    for (const name of serverEventNames) {
      for (const prefix of ['server', 'frame.server']) expectExample(`server-${name}`, `${prefix}.${name}`);
    }
  });

  it('shows the fields of a payload with their types', () => {
    const rows = (anchor: string) =>
      Array.from(sectionOf(anchor).matchAll(/<tr><td>.*<\/tr>/g), ([row]) =>
        textOf(row.replaceAll('</td><td>', ' | ')),
      );
    expect(rows('server-typing')).toEqual([
      'groupId | string (uuid) | ',
      'userIds | list of string (uuid) | Everyone who is typing now',
    ]);
    expect(rows('client-typing')).toEqual(['groupId | string (uuid) | ', 'isTyping | boolean, optional | ']);
    expect(rows('client-presence')).toEqual([
      'presence | "online" or "away" or "dnd" | ',
      'statusText | string or null, optional | Stays as it is when absent; null takes it away; 0 to 140 characters',
      'until | string (date-time), optional | When the choice ends by itself, and a statusText given with it; absent: it does not',
    ]);
    expect(rows('client-read')).toEqual([
      'seq | integer | Everything up to this place has been read, or delivered; at least 0',
      'groupId | string (uuid) | ',
    ]);
    expect(rows('server-new_message')).toEqual(['message | Message | ']);
  });

  it('shows every close code', () => {
    for (const [reason, code] of Object.entries(closeCodes)) {
      expect(page).toContain(`<tr id="close-${code}"><td>${code}</td><td><code>${reason}</code></td>`);
    }
  });

  it('is linked from the page of problems, and leads to its anchors', async () => {
    const problems = await (await fetch(`${app.url}/docs/problems`)).text();
    expect(problems).toContain('href="/docs/events"');
    const codes = Array.from(page.matchAll(/href="\/docs\/problems#(\w+)"/g), ([, code]) => code!);
    expect(codes).toContain('token_expired');
    expect(codes.filter((code) => !problems.includes(`<tr id="${code}">`))).toEqual([]);
  });
});
