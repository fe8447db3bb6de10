import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { eventually } from '../support/eventually.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accessibilityFaults } from './support/accessibility.js';
import { Browser, narrow, wide } from './support/browser.js';
import { changeAnswers, overflowOf, untilLive } from './support/dashboard.js';
import { someTraffic, type Traffic } from './support/traffic.js';

describe('the dashboard, as it is looked at and used', () => {
  let app: TestApp;
  let browser: Browser;
  let traffic: Traffic;

  beforeAll(async () => {
    app = await startTestApp();
    browser = await Browser.start(app.url);
    traffic = await someTraffic(app);
  });
  afterEach(async () => {
    await browser.closePages();
    expect(browser.faults.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    traffic.ada.disconnect();
    await browser.stop();
    await app.stop();
  });

  async function aPage(size: { width: number; height: number }): Promise<Page> {
    const page = await browser.open('/dashboard', (opened) => opened.setViewportSize(size));
    await untilLive(page);
    return page;
  }

  it.each([1920, 1280, 1101, 1100, 800, 641, 640, 390, 320])('does not scroll sideways at %s px', async (width) => {
    const page = await aPage({ width, height: 900 });
    expect(await overflowOf(page)).toBe(0);
  });

  it.each([wide, narrow])('holds very long values at $width px', async (size) => {
    const page = await browser.open('/dashboard', async (opened) => {
      await opened.setViewportSize(size);
      await changeAnswers(opened, (data) => {
        const long = 'W'.repeat(300);
        data.status.version = `1.0.0-${long}`;
        data.status.reasons = [{ level: 'red', text: long }];
        data.status.requests = 123_456_789_012;
        data.system.process.residentMb = 123_456_789;
        for (const entry of data.logs.requests) Object.assign(entry, { route: `/${long}`, username: long });
        for (const endpoint of data.endpoints) endpoint.route = `/${long}`;
      });
    });
    await untilLive(page);
    expect(await overflowOf(page)).toBe(0);
  });

  it('passes axe-core on a desk', async () => {
    const page = await aPage(wide);
    // Rows are 18 px high for a pointer. Everything a small button in them does can be done with the field for the
    // correlation id as well (WCAG 2.5.8, equivalent control); on a small screen they are as large as the rule wants.
    expect(await accessibilityFaults(page, ['target-size'])).toEqual([]);
  });

  it('passes axe-core on a phone', async () => {
    const page = await aPage(narrow);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('can be reached everywhere with the keyboard, and shows where one is', async () => {
    const page = await aPage(wide);
    const reachable = 'a[href], button, input, select, [tabindex="0"]';
    const count = await page.locator(`:is(${reachable}):visible`).count();
    expect(count).toBeGreaterThan(25);
    const reached = new Set<string>();
    for (let presses = 0; presses < count; presses += 1) {
      await page.keyboard.press('Tab');
      const [which, outline] = await page.evaluate<[number, string]>(
        `[[...document.querySelectorAll('${reachable}')].indexOf(document.activeElement), getComputedStyle(document.activeElement).outlineStyle]`,
      );
      expect(outline).toBe('solid');
      reached.add(String(which));
    }
    expect(reached.has('-1')).toBe(false);
    expect(reached.size).toBe(count);
  });

  it('moves nothing when new values come', async () => {
    const page = await aPage(wide);
    const places = (): Promise<string> =>
      page.evaluate<string>(
        `JSON.stringify([...document.querySelectorAll('.panel, .fact')].map((each) => each.getBoundingClientRect()))`,
      );
    const before = await places();
    await traffic.ada.sendMessage(traffic.groupId);
    const answer = page.waitForResponse('**/dashboard/api/data*');
    await page.getByRole('button', { name: 'Refresh' }).click();
    await answer;
    await untilLive(page);
    expect(await places()).toBe(before);
  });

  it('keeps the focus on a row while others come', async () => {
    const page = await aPage(wide);
    const rows = page.locator('.panel-requests [data-follow]');
    const followed = await rows.first().getAttribute('data-follow');
    await rows.first().focus();
    await traffic.ada.sendMessage(traffic.groupId);
    // Asks anew without moving the focus, as the timer does.
    await page.getByLabel('Refresh every').dispatchEvent('change');
    await eventually(async () => (await rows.first().getAttribute('data-follow')) !== followed);
    expect(await page.evaluate<string>('document.activeElement.dataset.follow')).toBe(followed);
  });
});
