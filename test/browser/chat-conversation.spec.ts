import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { eventually } from '../support/eventually.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { aPerson, type Person } from '../support/people.js';
import { Browser } from './support/browser.js';
import { composerOf, entryOf, rowOf, say, signIn } from './support/chat.js';
import { sitDown, type Sitter } from './support/two-people.js';

const drawing =
  '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect width="400" height="300" fill="teal"/></svg>';

describe('two people on the chat page', () => {
  let app: TestApp;
  let ada: Sitter;
  let ben: Sitter;

  beforeAll(async () => {
    app = await startTestApp();
    [ada, ben] = await Promise.all([sitDown(app, 'Ada Byron'), sitDown(app, 'Ben Okri')]);
  });
  afterEach(() => {
    expect([...ada.browser.faults.splice(0), ...ben.browser.faults.splice(0)]).toEqual([]);
  });
  afterAll(async () => {
    await Promise.all([ada.browser.stop(), ben.browser.stop()]);
    await app.stop();
  });

  /** Both look at the same new group. */
  async function together(name: string): Promise<string> {
    const { id } = await ada.person.createGroup({ name, memberIds: [ben.person.id] });
    await Promise.all([ada, ben].map(({ page }) => entryOf(page, name).click()));
    await Promise.all([ada, ben].map(({ page }) => page.getByRole('heading', { name }).waitFor()));
    return id;
  }

  it('register, make a channel, find it, and talk', async () => {
    const browser = await Browser.start(app.url);
    const page = await browser.open('/');
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.getByLabel('Your name').fill('Cleo Marsh');
    await page.getByLabel('Username').fill('cleo');
    await page.getByLabel('E-mail').fill('cleo@example.org');
    await page.getByLabel(/^Password/).fill('correct horse');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await page.getByRole('button', { name: 'Group', exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill('Harbour');
    await page.getByLabel(/A channel/).check();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('heading', { name: 'Harbour' }).waitFor();
    await say(page, 'Who is here?');

    await ada.page.getByText('You are in no conversation yet.').waitFor();
    await ada.page.getByRole('button', { name: 'Join a channel' }).click();
    await ada.page.getByRole('listitem').filter({ hasText: 'Harbour' }).getByRole('button', { name: 'Join' }).click();
    await rowOf(ada.page, 'Who is here?').waitFor();
    await say(ada.page, 'I am!');
    await rowOf(page, 'I am!').waitFor();

    // A reload stays signed in, and the address leads back to the same conversation.
    await page.reload();
    await rowOf(page, 'I am!').waitFor();
    await page.getByRole('button', { name: /Cleo Marsh/ }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Welcome to Confab' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Welcome to Confab' }).waitFor();
    expect(browser.faults).toEqual([]);
    await browser.stop();
  });

  it('see each other type, and what becomes of a message: delivered, read, edited, answered, reacted to, deleted', async () => {
    await together('Kitchen');
    await composerOf(ada.page).pressSequentially('Tea is re');
    await ben.page.locator('.typing').getByText('Ada Byron is typing').waitFor();
    await say(ada.page, 'Tea is reddy');
    const [mine, his] = [rowOf(ada.page, 'Tea is'), rowOf(ben.page, 'Tea is')];
    await his.waitFor();
    await mine.getByRole('img', { name: 'Read' }).waitFor();
    await ben.page.locator('.typing:not(.is-on)').waitFor({ state: 'attached' });

    await composerOf(ada.page).press('ArrowUp');
    await composerOf(ada.page).fill('Tea is ready');
    await composerOf(ada.page).press('Enter');
    await rowOf(ben.page, 'Tea is ready').getByText('edited').waitFor();

    await his.hover();
    await his.getByRole('button', { name: 'React' }).click();
    await ben.page.getByRole('button', { name: 'heart' }).click();
    await mine.getByRole('button', { name: 'heart, 1' }).click();
    await his.getByRole('button', { name: 'heart, 2', pressed: true }).click();
    await mine.getByRole('button', { name: 'heart, 1', pressed: true }).waitFor();

    await his.hover();
    await his.getByRole('button', { name: 'Reply' }).click();
    await say(ben.page, 'On my way');
    const reply = rowOf(ada.page, 'On my way');
    await reply.locator('.quote').getByText('Tea is ready').waitFor();

    const gone = rowOf(ben.page, 'On my way').first();
    await gone.hover();
    await gone.getByRole('button', { name: 'Delete' }).click();
    await rowOf(ada.page, 'This message was deleted').waitFor();
    expect(await rowOf(ada.page, 'On my way').count()).toBe(0);
    await ben.page.getByRole('button', { name: 'Undo' }).click();
    await reply.waitFor();
  });

  it('count what they have not read, and draw a line above it', async () => {
    await together('Studio');
    await say(ada.page, 'One');
    await rowOf(ben.page, 'One').waitFor();
    await ben.person.createGroup({ name: 'Elsewhere' });
    await entryOf(ben.page, 'Elsewhere').click();
    await ben.page.getByRole('heading', { name: 'Elsewhere' }).waitFor();
    await say(ada.page, 'Two');
    await say(ada.page, 'Three');
    await entryOf(ben.page, 'Studio').locator('.badge', { hasText: '2' }).waitFor();
    expect(await ben.page.title()).toBe('(1) Confab');
    await rowOf(ada.page, 'Three').getByRole('img', { name: 'Delivered' }).waitFor();

    await entryOf(ben.page, 'Studio').click();
    await ben.page.locator('.unread-line').waitFor();
    const texts = await ben.page.locator('.messages > li').allInnerTexts();
    const line = texts.findIndex((text) => text.includes('New messages'));
    expect(texts[line - 1]).toContain('One');
    expect(texts[line + 1]).toContain('Two');
    await rowOf(ada.page, 'Three').getByRole('img', { name: 'Read' }).waitFor();
    await entryOf(ben.page, 'Studio').locator('.badge').waitFor({ state: 'detached' });
  });

  it('send pictures, which they see small and whole, and nobody else does', async () => {
    const groupId = await together('Gallery');
    await ada.page.locator('input[type=file]').setInputFiles({
      name: 'teal.png',
      mimeType: 'image/png',
      buffer: await ada.browser.paint(drawing),
    });
    await ada.page.locator('.upload:not(.is-uploading)').waitFor();
    await say(ada.page, 'Look at this');
    const picture = ben.page.locator('img.picture[src^="blob:"]');
    await picture.waitFor();
    await ben.page.waitForFunction('document.querySelector("img.picture").naturalWidth === 320');
    await ben.page
      .getByRole('button', { name: 'Open teal.png' })
      .or(ben.page.locator('.picture-button'))
      .first()
      .click();
    await ben.page.locator('dialog img.picture-whole').waitFor();
    await ben.page.keyboard.press('Escape');
    await ben.page.locator('dialog').waitFor({ state: 'detached' });

    const { body } = await ada.person.api.get<{ items: { url: string; thumbnailUrl: string }[] }>(
      `/attachments?groupId=${groupId}`,
    );
    const outsider: Person = await aPerson(app);
    for (const address of [body.items[0]!.url, body.items[0]!.thumbnailUrl]) {
      const headers = { authorization: `Bearer ${outsider.tokens.accessToken}` };
      expect((await fetch(`${app.url}${address}`, { headers })).status).toBe(403);
    }
  });

  it('find what was said, and each other', async () => {
    await together('Archive');
    await say(ada.page, 'The lighthouse keeper retires in March');
    await say(ada.page, 'Something else');
    await rowOf(ben.page, 'Something else').waitFor();
    await ben.page.getByRole('button', { name: 'Search', exact: true }).click();
    // A message is found about a second after it was sent.
    await eventually(async () => {
      await ben.page.getByLabel('Words to find').fill('');
      await ben.page.getByLabel('Words to find').fill('lighthouse');
      await ben.page.locator('.hit').first().waitFor({ timeout: 1_500 });
      return true;
    });
    expect(await ben.page.locator('.hit mark').allTextContents()).toEqual(['lighthouse']);
    await ben.page.locator('.hit').click();
    await ben.page.locator('.row.is-found').getByText('The lighthouse keeper').waitFor();

    await ada.page.getByRole('button', { name: 'New', exact: true }).click();
    await ada.page.getByRole('button', { name: 'Direct message' }).click();
    await ada.page.getByLabel('Name or username').fill(ben.person.username.slice(0, 12));
    await ada.page
      .getByRole('listitem')
      .getByRole('button', { name: /Ben Okri/ })
      .click();
    await ada.page.getByRole('heading', { name: 'Ben Okri' }).waitFor();
    await ada.page.locator('.head .presence-online').waitFor();
    await say(ada.page, 'Just between us');
    await entryOf(ben.page, 'Ada Byron').locator('.badge', { hasText: '1' }).waitFor();

    await ben.page
      .getByRole('button', { name: /Ben Okri/ })
      .last()
      .click();
    await ben.page.getByRole('button', { name: 'Do not disturb' }).click();
    await ada.page.locator('.head .presence-dnd').waitFor();
  });

  it('are told why when something is refused, in a sentence', async () => {
    const page = await ada.browser.open('/#/groups/00000000-0000-7000-8000-000000000000');
    await page.getByText('This conversation is not among yours.').waitFor();
    await page.close();
    const other = await Browser.start(app.url);
    const entrance = await other.open('/');
    await entrance.getByLabel('Username or e-mail').fill('nobody');
    await entrance.getByLabel('Password').fill('wrong horse');
    await entrance.keyboard.press('Enter');
    await entrance.getByRole('alert').getByText('Name or password is wrong').waitFor();
    await signIn(entrance, ada.person.username, ada.person.password);
    // The browser itself notes answers of 400 and above.
    expect(other.faults.every((fault) => fault.includes('status of 401'))).toBe(true);
    await other.stop();
  });
});
