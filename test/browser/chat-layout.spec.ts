import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accessibilityFaults } from './support/accessibility.js';
import { Browser, narrow, wide } from './support/browser.js';
import { composerOf, entryOf, rowOf, signIn } from './support/chat.js';
import { overflowOf } from './support/dashboard.js';
import { livelyChat, type LivelyChat } from './support/lively-chat.js';

describe('the chat page, as it is looked at and used', () => {
  let app: TestApp;
  let browser: Browser;
  let chat: LivelyChat;
  let page: Page;

  beforeAll(async () => {
    app = await startTestApp();
    browser = await Browser.start(app.url);
    chat = await livelyChat(app, browser);
    page = await browser.open(`/#/groups/${chat.groupId}`);
    await signIn(page, chat.mira.username, chat.mira.password);
    await page.locator('img.picture[src]').waitFor();
  });
  afterEach(async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.setViewportSize(wide);
    expect(browser.faults.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    chat.end();
    await browser.stop();
    await app.stop();
  });

  describe.each(['dark', 'light'] as const)('%s', (colorScheme) => {
    it.each([wide, narrow])('passes axe-core and does not scroll sideways at $width px', async (size) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(size);
      const faults = await accessibilityFaults(page);
      expect(faults).toEqual([]);
      expect(await overflowOf(page)).toBe(0);

      await page.getByRole('button', { name: 'Members' }).click();
      await page.getByRole('listitem').filter({ hasText: 'owner' }).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Close' }).click();
    });

    it('passes axe-core where one signs in', async () => {
      const other = await Browser.start(app.url);
      const entrance = await other.open('/', (opened) => opened.emulateMedia({ colorScheme, reducedMotion: 'reduce' }));
      await entrance.getByLabel('Password').waitFor();
      expect(await accessibilityFaults(entrance)).toEqual([]);
      await entrance.setViewportSize(narrow);
      expect(await overflowOf(entrance)).toBe(0);
      await other.stop();
    });
  });

  it('holds what is long: names, words, code', async () => {
    const long = 'W'.repeat(90);
    const { id } = await chat.mira.createGroup({ name: long });
    await chat.mira.sendMessage(id, 'w'.repeat(2_000));
    await chat.mira.sendMessage(id, `\`\`\`\n${'code '.repeat(200)}\n\`\`\``);
    for (const size of [wide, narrow]) {
      await page.setViewportSize(size);
      await page.goto(`${app.url}/#/groups/${id}`);
      await rowOf(page, 'wwww').waitFor();
      expect(await overflowOf(page)).toBe(0);
      const areaOverflow =
        'document.querySelector(".scroller").scrollWidth - document.querySelector(".scroller").clientWidth';
      expect(await page.evaluate<number>(areaOverflow)).toBe(0);
    }
  });

  it('is used with the keyboard alone: jump, read, answer, react, walk the list', async () => {
    await page.keyboard.press('Control+k');
    await page.getByLabel('Name of a group or a person').fill('harb');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Harbour release' }).waitFor();
    await rowOf(page, 'it is all yours').waitFor();
    await page.locator('.composer-input:focus').waitFor();

    // Backwards from where one writes: the messages are one stop, the newest first.
    const isOn = (selector: string) =>
      page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`);
    for (let step = 0; step < 8 && !(await isOn('.row')); step += 1) await page.keyboard.press('Shift+Tab');
    expect(await isOn('.row')).toBe(true);
    await rowOf(page, 'Smoke tests').focus();
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await rowOf(page, 'Smoke tests').getByRole('button', { name: 'heart, 1' }).waitFor();
    await rowOf(page, 'Smoke tests').focus();
    await page.keyboard.press('r');
    await page.keyboard.type('Thank you');
    await page.keyboard.press('Enter');
    await rowOf(page, 'Thank you').locator('.quote').getByText('Smoke tests').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Escape');
    expect(await composerOf(page).inputValue()).toBe('');

    await entryOf(page, 'Harbour release').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.entry[aria-current="page"]').getByText('Harbour release').waitFor({ state: 'detached' });
  });

  it('shows a long history a part at a time, and stays where its reader is', async () => {
    const ada: Person = await aPerson(app, { displayName: 'Ada Byron' });
    const { id } = await ada.createGroup({ name: 'Log', memberIds: [chat.mira.id] });
    const socket = await ada.connect();
    for (let number = 1; number <= 500; number += 1) {
      await socket.send('message', { groupId: id, content: `entry ${number}.` });
    }
    await chat.mira.api.put(`/groups/${id}/read`, { seq: 400 });
    await entryOf(page, 'Log').locator('.badge', { hasText: '100' }).waitFor();
    await page.goto(`${app.url}/#/groups/${id}`);
    // A hundred are unread: it begins with the first of them, and counts none as read that was not in sight.
    await rowOf(page, 'entry 401.').waitFor();
    expect(await page.locator('.unread-line').isVisible()).toBe(true);
    await entryOf(page, 'Log').locator('.badge', { hasText: '100' }).waitFor();
    await page.getByRole('button', { name: 'Go to the newest message' }).click();
    await rowOf(page, 'entry 500.').waitFor();
    await entryOf(page, 'Log').locator('.badge').waitFor({ state: 'detached' });
    for (
      let scrolls = 0;
      scrolls < 60 && (await page.locator('.row').getByText('entry 1.', { exact: true }).count()) === 0;
      scrolls += 1
    ) {
      await page.locator('.scroller').hover();
      await page.mouse.wheel(0, -3_000);
      await page.waitForFunction('document.querySelector(".scroller").scrollTop >= 0');
    }
    await page.locator('.row').getByText('entry 1.', { exact: true }).waitFor();
    expect(await page.locator('.row').count()).toBeLessThanOrEqual(200);

    const seen = await page.locator('.row').getByText('entry 3.', { exact: true }).boundingBox();
    await socket.send('message', { groupId: id, content: 'entry 501.' });
    await page.locator('.go-down.has-news').waitFor();
    expect((await page.locator('.row').getByText('entry 3.', { exact: true }).boundingBox())?.y).toBe(seen?.y);
    await page.getByRole('button', { name: 'Go to the newest message' }).click();
    await rowOf(page, 'entry 501.').waitFor();
    ada.disconnect();
  });
});
