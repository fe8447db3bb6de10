import type { Locator, Page } from 'playwright-core';

import type { DashboardData } from '../../../contract/dashboard.js';

/** The frame with this title. */
export function panelOf(page: Page, heading: string): Locator {
  return page.getByRole('region', { name: heading, exact: true }).and(page.locator('.panel'));
}

/** A value of a list or of the status bar, by its name. */
export function factOf(within: Locator, label: string): Locator {
  return within.locator('.fact').filter({ has: within.page().getByText(label, { exact: true }) });
}

export function statusOf(page: Page): Locator {
  return page.locator('.status');
}

/** The rows of a table, each as the texts of its cells. */
export async function rowsOf(panel: Locator): Promise<string[][]> {
  const rows = await panel.locator('tbody tr:not(.empty)').all();
  return Promise.all(rows.map((row) => row.locator('td').allTextContents()));
}

/** Lets the server answer and changes what it said: a value that a test cannot bring about honestly. */
export async function changeAnswers(page: Page, change: (data: DashboardData) => void): Promise<void> {
  await page.route('**/dashboard/api/data*', async (route) => {
    const response = await route.fetch();
    const data = (await response.json()) as DashboardData;
    change(data);
    await route.fulfill({ response, json: data });
  });
}

/** Waits until the page shows an answer of the server. */
export async function untilLive(page: Page): Promise<void> {
  await page.locator('.freshness[data-state="live"]').waitFor();
}

/** By how many pixels the page is wider than its window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
