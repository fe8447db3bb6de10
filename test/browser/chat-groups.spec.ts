import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { aPerson } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Browser } from './support/browser.js';
import { entryOf, rowOf, say } from './support/chat.js';
import { sitDown, type Sitter } from './support/two-people.js';

describe('groups on the chat page', () => {
  let app: TestApp;
  let ada: Sitter;
  let newcomer: Browser;

  beforeAll(async () => {
    app = await startTestApp();
    ada = await sitDown(app, 'Ada Byron');
    newcomer = await Browser.start(app.url);
  });
  afterAll(async () => {
    expect([...ada.browser.faults, ...newcomer.faults]).toEqual([]);
    await Promise.all([ada.browser.stop(), newcomer.stop()]);
    await app.stop();
  });

  async function choose(page: Page, deed: string): Promise<void> {
    await page.locator('.head').getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('button', { name: deed, exact: true }).click();
  }

  it('take in who comes by their link, give him a role, and let him go', async () => {
    await ada.person.createGroup({ name: 'Crew' });
    await entryOf(ada.page, 'Crew').click();
    await choose(ada.page, 'Invitation link');
    const link = await ada.page.locator('dialog input').inputValue();
    await ada.page.keyboard.press('Escape');

    const page = await newcomer.open(link.slice(app.url.length));
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.getByLabel('Your name').fill('Nora Moor');
    await page.getByLabel('Username').fill('nora');
    await page.getByLabel('E-mail').fill('nora@example.org');
    await page.getByLabel(/^Password/).fill('correct horse');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Crew' }).waitFor();
    await say(page, 'Here I am');
    await rowOf(ada.page, 'Here I am').waitFor();

    await ada.page.getByRole('button', { name: 'Members' }).click();
    await ada.page.getByRole('button', { name: 'More about Nora Moor' }).click();
    await ada.page.getByRole('button', { name: 'Make moderator' }).click();
    await ada.page.getByRole('listitem').filter({ hasText: 'Nora Moor' }).getByText('moderator').waitFor();

    page.on('dialog', (dialog) => void dialog.accept());
    await choose(page, 'Leave');
    await page.getByText('You are in no conversation yet.').waitFor();
    await ada.page.locator('.members').getByText('Nora Moor').waitFor({ state: 'detached' });
  });

  it('are muted and unmuted, and keep their counts to themselves meanwhile', async () => {
    await ada.person.createGroup({ name: 'Quiet' });
    await entryOf(ada.page, 'Quiet').click();
    await ada.page.getByRole('heading', { name: 'Quiet' }).waitFor();
    await choose(ada.page, 'Mute');
    await entryOf(ada.page, 'Quiet').getByText('muted').waitFor();
    await choose(ada.page, 'Unmute');
    await entryOf(ada.page, 'Quiet').getByText('muted').waitFor({ state: 'detached' });
  });

  it('are those of who has signed in last, in a tab that slept meanwhile, too', async () => {
    const second = await ada.browser.open('/docs/');
    const storedIn = (page: Page) => page.evaluate<string>("localStorage.getItem('confab.session')");
    const store = (text: string) => second.evaluate(`localStorage.setItem('confab.session', ${JSON.stringify(text)})`);
    const former = await storedIn(ada.page);
    const cleo = await aPerson(app, { displayName: 'Cleo Marsh' });
    const pair = { accessToken: cleo.api.token, refreshToken: null };
    // In one step: the tab sees nothing of the time in between.
    await store(JSON.stringify(pair));
    await ada.page.getByRole('button', { name: /^Cleo Marsh/ }).waitFor();
    await ada.page.getByRole('button', { name: /^Ada Byron/ }).waitFor({ state: 'detached' });
    await store(former);
    await ada.page.getByRole('button', { name: /^Ada Byron/ }).waitFor();
    await entryOf(ada.page, 'Crew').waitFor();
    await second.close();
  });

  it('are open in two tabs, of which signing out ends both', async () => {
    const second = await ada.browser.open('/');
    await entryOf(second, 'Crew').waitFor();
    await second.getByRole('button', { name: /^Ada Byron/ }).click();
    await second.getByRole('button', { name: 'Sign out' }).click();
    for (const page of [second, ada.page]) {
      await page.getByRole('heading', { name: 'Welcome to Confab' }).waitFor();
    }
    // What nobody can read is nobody's session.
    await second.evaluate("localStorage.setItem('confab.session', '{')");
    await second.reload();
    await second.getByRole('heading', { name: 'Welcome to Confab' }).waitFor();
  });
});
