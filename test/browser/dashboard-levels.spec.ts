import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';

import type { DashboardData, DashboardLevel, EndpointRow } from '../../contract/dashboard.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Browser } from './support/browser.js';
import { changeAnswers, factOf, panelOf, rowsOf, statusOf, untilLive } from './support/dashboard.js';

const colors: Record<DashboardLevel, string> = {
  green: 'rgb(76, 201, 106)',
  orange: 'rgb(240, 172, 61)',
  red: 'rgb(255, 123, 114)',
};

/** What a test asks a browser's window for; the tests are compiled for Node. */
interface Styles {
  getComputedStyle: (node: unknown) => { color: string };
}

describe('what is not as it should be', () => {
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

  async function aPageWith(change: (data: DashboardData) => void): Promise<Page> {
    const page = await browser.open('/dashboard', (opened) => changeAnswers(opened, change));
    await untilLive(page);
    return page;
  }
  const colorOf = (target: Locator): Promise<string> =>
    target.evaluate((node: unknown) => (globalThis as unknown as Styles).getComputedStyle(node).color);

  it.each([
    ['green', '●', 'good'],
    ['orange', '▲', 'warning'],
    ['red', '✖', 'critical'],
  ] as const)('has a colour, a sign and a word: %s', async (level, glyph, word) => {
    const page = await aPageWith(({ status }) => {
      status.p95ResponseMs = { value: 640, level };
    });
    const tile = factOf(statusOf(page), 'p95');
    expect(await tile.locator('.glyph').textContent()).toBe(glyph);
    expect(await colorOf(tile.locator('.glyph'))).toBe(colors[level]);
    expect(await tile.textContent()).toContain(`640 ms (${word})`);
  });

  it('stands in words below the status, and in the title of the page', async () => {
    const page = await aPageWith(({ status }) => {
      status.level = 'red';
      status.reasons = [
        { level: 'red', text: 'The database does not answer.' },
        { level: 'orange', text: 'One of twenty requests failed.' },
      ];
    });
    const reasons = page.getByRole('list', { name: 'What is wrong' }).getByRole('listitem');
    expect(await reasons.allTextContents()).toEqual([
      '✖ The database does not answer.',
      '▲ One of twenty requests failed.',
    ]);
    expect(await colorOf(reasons.first())).toBe(colors.red);
    expect(await page.title()).toBe('✖ Confab dashboard');
  });

  it('is marked in rows: failing routes, slow requests, answers that were refused', async () => {
    const page = await aPageWith((data) => {
      data.endpoints = [
        row('/a', { errors: 6 }),
        row('/b', { errors: 1, p95Ms: 1_200 }),
        row('/c', { averageMs: 300 }),
      ];
      data.logs.requests = [request(500, 40), request(404, 6_000), request(200, 2_000), request(200, 20)];
    });
    const cells = (await rowsOf(panelOf(page, 'Endpoints, last hour'))).map((cellsOfRow) => cellsOfRow.slice(4));
    expect(cells).toEqual([
      ['✖ 6', '10 ms', '20 ms'],
      ['▲ 1', '10 ms', '✖ 1.2 s'],
      ['0', '▲ 300 ms', '20 ms'],
    ]);
    const requests = (await rowsOf(panelOf(page, 'Request log'))).map((cellsOfRow) => cellsOfRow.slice(3, 5));
    expect(requests).toEqual([
      ['✖ 500', '40 ms'],
      ['▲ 404', '✖ 6 s'],
      ['200', '▲ 2 s'],
      ['200', '20 ms'],
    ]);
  });

  it('is never confused with what was not measured', async () => {
    const page = await aPageWith((data) => {
      data.status.p95ResponseMs = { value: null, level: 'green' };
      data.database.counts = null;
    });
    expect(await factOf(statusOf(page), 'p95').locator('.value').textContent()).toBe('–');
    expect(await factOf(panelOf(page, 'Database'), 'Messages').locator('.value').textContent()).toBe('–');
  });

  it('shows what somebody named his group as text, whatever it says', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const page = await aPageWith((data) => {
      data.realtime.groups = [{ groupId: 'g', name, connections: 1, socketIo: 1, websocket: 0 }];
    });
    expect((await rowsOf(panelOf(page, 'Live groups')))[0]?.[0]).toBe(name);
    expect(await page.locator('img').count()).toBe(0);
  });
});

describe('the table of endpoints', () => {
  let app: TestApp;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    app = await startTestApp();
    browser = await Browser.start(app.url);
    page = await browser.open('/dashboard', (opened) =>
      changeAnswers(opened, (data) => {
        data.endpoints = [
          row('/few', { requests: 9, p95Ms: 900 }),
          row('/many', { requests: 100, p95Ms: null }),
          row('/some', { requests: 25, p95Ms: 12 }),
        ];
      }),
    );
    await untilLive(page);
  });
  afterAll(async () => {
    expect(browser.faults).toEqual([]);
    await browser.stop();
    await app.stop();
  });

  const routes = async (): Promise<(string | undefined)[]> =>
    (await rowsOf(panelOf(page, 'Endpoints, last hour'))).map(([, route]) => route);
  const heading = (name: string): Locator => panelOf(page, 'Endpoints, last hour').getByRole('columnheader', { name });

  it('has the most requested first', async () => {
    expect(await routes()).toEqual(['/many', '/some', '/few']);
    expect(await heading('Requests').getAttribute('aria-sort')).toBe('descending');
  });

  it('sorts by any column with a click, and the other way with a second one', async () => {
    await heading('p95').getByRole('button').click();
    expect(await routes()).toEqual(['/few', '/some', '/many']);
    expect(await heading('p95').getAttribute('aria-sort')).toBe('descending');
    expect(await heading('Requests').getAttribute('aria-sort')).toBe('none');
    await heading('p95').getByRole('button').click();
    expect(await routes()).toEqual(['/some', '/few', '/many']);
  });

  it('sorts with the keyboard, and stays sorted when new values come', async () => {
    await heading('Route').getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await routes()).toEqual(['/few', '/many', '/some']);
    const answer = page.waitForResponse('**/dashboard/api/data*');
    await page.getByRole('button', { name: 'Refresh' }).click();
    await answer;
    await untilLive(page);
    expect(await routes()).toEqual(['/few', '/many', '/some']);
  });
});

function row(route: string, about: Partial<EndpointRow>): EndpointRow {
  return { method: 'GET', route, requests: 100, errors: 0, refused: 0, averageMs: 10, p95Ms: 20, ...about };
}

function request(status: number, durationMs: number): DashboardData['logs']['requests'][number] {
  return {
    at: '2026-11-20T12:00:00.000Z',
    correlationId: `r-${status}-${durationMs}`,
    method: 'GET',
    route: '/a',
    status,
    durationMs,
    userId: null,
    username: null,
    code: null,
    isSlow: durationMs >= 1_000,
    isVerySlow: durationMs >= 5_000,
  };
}
