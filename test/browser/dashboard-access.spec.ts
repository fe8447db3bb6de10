import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { anAdmin } from '../support/admin.js';
import { aPerson } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accessibilityFaults } from './support/accessibility.js';
import { Browser } from './support/browser.js';
import { untilLive } from './support/dashboard.js';

const token = 'a-secret-of-enough-characters-for-a-link';

describe('a dashboard for admins', () => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await startTestApp({ DASHBOARD_ACCESS: 'admin' });
    browser = await Browser.start(app.url);
  });
  afterEach(async () => {
    await browser.closePages();
    await browser.context.clearCookies();
  });
  afterAll(async () => {
    await browser.stop();
    await app.stop();
  });

  async function logIn(page: Page, login: string, password: string): Promise<void> {
    await page.getByLabel('Username or e-mail').fill(login);
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
  }

  it('asks who one is before it shows anything, and lets an admin in until he logs out', async () => {
    const admin = await anAdmin(app);
    const page = await browser.open('/dashboard');
    await page.getByRole('heading', { name: 'Log in as an admin of this server' }).waitFor();
    expect(await page.locator('.grid').isVisible()).toBe(false);
    expect(await accessibilityFaults(page)).toEqual([]);

    await logIn(page, admin.username, admin.password);
    await untilLive(page);
    await page.reload();
    await untilLive(page);

    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Password').waitFor();
    expect(await page.locator('.grid').isVisible()).toBe(false);
    expect(browser.faults.splice(0)).toEqual([]);
  });

  it('says why somebody is not let in', async () => {
    const nobody = await aPerson(app);
    const page = await browser.open('/dashboard');
    await logIn(page, nobody.username, 'wrong horse');
    await page.getByRole('alert').getByText('Name or password is wrong').waitFor();
    await logIn(page, nobody.username, nobody.password);
    await page.getByRole('alert').getByText('This account is not an admin of the server').waitFor();
    expect(await page.locator('.grid').isVisible()).toBe(false);
    // The browser itself notes answers of 400 and above.
    expect(browser.faults.splice(0).every((fault) => /status of 40[13]/.test(fault))).toBe(true);
  });
});

describe('a dashboard that opens with a link', () => {
  let app: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await startTestApp({ DASHBOARD_ACCESS: 'token', DASHBOARD_TOKEN: token });
    browser = await Browser.start(app.url);
  });
  afterAll(async () => {
    expect(browser.faults).toEqual([]);
    await browser.stop();
    await app.stop();
  });

  it('explains itself to whoever has no link, and lets in whoever came by it, without the secret in the address', async () => {
    const page = await browser.open('/dashboard');
    await page.getByRole('heading', { name: 'This dashboard opens with a link' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);

    await page.goto(`${app.url}/dashboard?token=${token}`);
    await untilLive(page);
    expect(page.url()).toBe(`${app.url}/dashboard`);
    await page.goto(`${app.url}/dashboard`);
    await untilLive(page);
  });
});
