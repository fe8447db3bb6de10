import type { Locator, Page } from 'playwright-core';

/** Fills in the form of the entrance, and waits for the list of conversations. */
export async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Conversations' }).waitFor();
}

/** An entry of the sidebar, by the name of the group or the person. */
export function entryOf(page: Page, name: string): Locator {
  return page.locator('.entry').filter({ has: page.locator('.entry-name', { hasText: name }) });
}

/** The row of a message, by what it says. */
export function rowOf(page: Page, text: string): Locator {
  return page.locator('.row').filter({ hasText: text });
}

export function composerOf(page: Page): Locator {
  return page.locator('.composer-input');
}

export async function say(page: Page, text: string): Promise<void> {
  await composerOf(page).fill(text);
  await composerOf(page).press('Enter');
}
