import type { Page } from 'playwright-core';

import type { Person } from '../../support/people.js';
import type { Browser } from './browser.js';

/** Opens the page and logs in by its form; other pages of the same browser are logged in from then on. */
export async function logInToObservatory(browser: Browser, person: Person, place = ''): Promise<Page> {
  const page = await browser.open(`/observatory${place}`);
  await fillLogin(page, person);
  await untilLive(page);
  return page;
}

export async function fillLogin(page: Page, { username, password }: Person): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
}

/** Waits until the page is connected and hears what happens. */
export async function untilLive(page: Page): Promise<void> {
  await page.locator('.live-state[data-state="online"]').waitFor({ timeout: 10_000 });
}
