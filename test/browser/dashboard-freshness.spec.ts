import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { eventually } from '../support/eventually.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Browser } from './support/browser.js';
import { factOf, statusOf, untilLive } from './support/dashboard.js';

const data = '**/dashboard/api/data*';

describe('how fresh the dashboard is', () => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await startTestApp();
    browser = await Browser.start(app.url);
  });
  afterEach(() => browser.closePages());
  afterAll(async () => {
    await browser.stop();
    await app.stop();
  });

  async function aPage(): Promise<Page> {
    const page = await browser.open('/dashboard');
    await untilLive(page);
    return page;
  }
  const stateOf = (page: Page) => page.locator('.freshness').textContent();

  it('asks every ten seconds unless told otherwise, and never while paused', async () => {
    const page = await aPage();
    expect(await page.getByLabel('Refresh every').inputValue()).toBe('10000');
    await page.clock.install();
    let asked = 0;
    page.on('request', (request) => (asked += Number(request.url().includes('/api/data'))));
    // The timer under way is of the time before.
    await page.getByRole('button', { name: 'Refresh' }).click();
    await eventually(() => asked === 1);
    await untilLive(page);
    await page.clock.runFor(10_100);
    await eventually(() => asked === 2);
    await untilLive(page);

    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await stateOf(page)).toBe('paused');
    await page.clock.runFor(60_000);
    expect(asked).toBe(2);
    await page.getByRole('button', { name: 'Resume' }).click();
    await eventually(() => asked === 3);
    await untilLive(page);
    expect(browser.faults.splice(0)).toEqual([]);
  });

  it('says so while nothing has come yet', async () => {
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const page = await browser.open('/dashboard', (opened) =>
      opened.route(data, async (route) => {
        await held;
        await route.continue();
      }),
    );
    expect(await stateOf(page)).toBe('loading');
    answer();
    await untilLive(page);
    expect(browser.faults.splice(0)).toEqual([]);
  });

  it('keeps what it has while the server is away, says since when, and goes on by itself', async () => {
    const page = await aPage();
    const uptime = factOf(statusOf(page), 'Version').locator('.value');
    const version = await uptime.textContent();
    await page.route(data, (route) => route.abort());
    await page.getByRole('button', { name: 'Refresh' }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'does not answer' });
    await notice.waitFor();
    expect(await notice.textContent()).toMatch(
      /The server does not answer\. What you see is from \d\d:\d\d:\d\d\. Next try at \d\d:\d\d:\d\d\./,
    );
    expect(await stateOf(page)).toBe('stale');
    expect(await uptime.textContent()).toBe(version);
    await page.unroute(data);
    await untilLive(page);
    expect(await notice.isVisible()).toBe(false);
    // The browser itself notes a request that failed.
    expect(browser.faults.splice(0).every((fault) => fault.includes('net::ERR_FAILED'))).toBe(true);
  });

  it('says what the server says when it refuses', async () => {
    const page = await aPage();
    await page.route(data, (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'Temporarily unavailable', detail: 'The server is stopping', status: 503 }),
      }),
    );
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('Temporarily unavailable: The server is stopping.').waitFor();
    expect(browser.faults.splice(0).every((fault) => fault.includes('503'))).toBe(true);
  });
});
