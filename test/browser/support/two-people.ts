import type { Page } from 'playwright-core';

import { aPerson, type Person } from '../../support/people.js';
import type { TestApp } from '../../support/test-app.js';
import { Browser } from './browser.js';
import { signIn } from './chat.js';

/** Somebody in front of the page, with a browser of his own. */
export interface Sitter {
  person: Person;
  browser: Browser;
  page: Page;
}

/** @param url where the page is opened: the server, or a network that leads to it */
export async function sitDown(app: TestApp, displayName: string, url = app.url): Promise<Sitter> {
  const person = await aPerson(app, { displayName });
  const browser = await Browser.start(url);
  const page = await browser.open('/');
  await signIn(page, person.username, person.password);
  return { person, browser, page };
}
