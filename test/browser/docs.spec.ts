import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { addressOf, guides } from '../../src/docs/guides.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accessibilityFaults } from './support/accessibility.js';
import { Browser, narrow, wide } from './support/browser.js';
import { overflowOf } from './support/dashboard.js';

const pages = [...guides.map(addressOf), '/docs/events', '/docs/problems'];

describe('the pages of the documentation, as they are read', () => {
  let app: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    app = await startTestApp();
    browser = await Browser.start(app.url);
  });
  afterEach(async () => {
    await browser.closePages();
    expect(browser.faults.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.stop();
    await app.stop();
  });

  it.each(pages)('do not scroll sideways, and show their pictures: %s', async (path) => {
    const page = await browser.open(path, (opened) => opened.setViewportSize(narrow));
    expect(await overflowOf(page)).toBe(0);
    await page.setViewportSize(wide);
    expect(await overflowOf(page)).toBe(0);
    const broken =
      '[...document.images].filter((image) => image.complete && image.naturalWidth === 0).map(({ src }) => src)';
    expect(await page.evaluate<string[]>(broken)).toEqual([]);
  });

  it.each([
    ['dark', '/docs/guide/architecture'],
    ['light', '/docs/guide/security'],
    ['dark', '/docs/events'],
  ] as const)('pass axe-core, %s: %s', async (colorScheme, path) => {
    for (const size of [wide, narrow]) {
      const page = await browser.open(path, async (opened) => {
        await opened.setViewportSize(size);
        await opened.emulateMedia({ colorScheme });
      });
      expect(await accessibilityFaults(page)).toEqual([]);
    }
  });

  it('have another ground in the light than in the dark', async () => {
    const groundIn = async (colorScheme: 'dark' | 'light') => {
      const page = await browser.open('/docs/guide', (opened) => opened.emulateMedia({ colorScheme }));
      return page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    };
    expect([await groundIn('dark'), await groundIn('light')]).toEqual(['rgb(10, 13, 18)', 'rgb(244, 246, 248)']);
  });

  it('are found from each other with a keyboard alone', async () => {
    const page = await browser.open('/docs/guide/operations');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#page-content');
  });
});
