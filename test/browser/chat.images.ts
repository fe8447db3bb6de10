// `npm run docs:images`: the pictures of the chat page in the documentation.
import { join } from 'node:path';

import { it } from '@jest/globals';

import { startTestApp } from '../support/test-app.js';
import { Browser, narrow, wide } from './support/browser.js';
import { entryOf, signIn } from './support/chat.js';
import { livelyChat } from './support/lively-chat.js';

const folder = join(import.meta.dirname, '../../docs/images');

it('takes the pictures of the chat page', async () => {
  const app = await startTestApp();
  const browser = await Browser.start(app.url);
  const chat = await livelyChat(app, browser);
  try {
    const page = await browser.open(`/#/groups/${chat.groupId}`);
    await signIn(page, chat.mira.username, chat.mira.password);
    await page.locator('img.picture[src]').waitFor();
    const stop = chat.type();
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      for (const size of [wide, narrow]) {
        await page.setViewportSize(size);
        await page.locator('.typing.is-on').waitFor();
        const name = theme === 'dark' ? `chat-${size.width}.png` : `chat-${size.width}-light.png`;
        await page.screenshot({ path: join(folder, name) });
      }
    }
    await page.getByRole('link', { name: 'Back to the list' }).click();
    await entryOf(page, 'Harbour release').waitFor();
    await page.screenshot({ path: join(folder, 'chat-list-390.png') });
    stop();
  } finally {
    chat.end();
    await browser.stop();
    await app.stop();
  }
}, 120_000);
