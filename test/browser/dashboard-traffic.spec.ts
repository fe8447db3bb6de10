import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { eventually } from '../support/eventually.js';
import { rawRequest } from '../support/raw-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { Browser } from './support/browser.js';
import { factOf, panelOf, rowsOf, statusOf, untilLive } from './support/dashboard.js';
import { someTraffic, type Traffic } from './support/traffic.js';

describe('the dashboard of a server that is used', () => {
  let app: TestApp;
  let browser: Browser;
  let traffic: Traffic;
  let page: Page;
  const correlationId = `test-${randomUUID()}`;

  beforeAll(async () => {
    app = await startTestApp();
    browser = await Browser.start(app.url);
    traffic = await someTraffic(app);
    await rawRequest(`${app.api}/groups/${traffic.groupId}`, {
      headers: { authorization: `Bearer ${traffic.ada.tokens.accessToken}`, 'x-correlation-id': correlationId },
    });
    page = await browser.open('/dashboard');
    await untilLive(page);
  });
  afterEach(() => {
    expect(browser.faults).toEqual([]);
  });
  afterAll(async () => {
    traffic.ada.disconnect();
    await browser.stop();
    await app.stop();
  });

  it('says that all is well, in colour and in words', async () => {
    const bar = statusOf(page);
    expect(await factOf(bar, 'API').textContent()).toContain('serving');
    expect(await factOf(bar, 'Database').textContent()).toMatch(/up .* ms/);
    expect(await factOf(bar, 'Error rate').getAttribute('data-level')).toBe('green');
    expect(await factOf(bar, 'Error rate').textContent()).toContain('good');
    expect(Number(await factOf(bar, 'Requests').locator('.value').textContent())).toBeGreaterThanOrEqual(6);
    expect(await factOf(bar, 'Connections').locator('.value').textContent()).toBe('2');
    expect(await page.title()).toContain('Confab');
  });

  it('counts each route', async () => {
    const rows = await rowsOf(panelOf(page, 'Endpoints, last hour'));
    const [sent] = rows.filter(([method, route]) => method === 'POST' && route === '/api/v1/groups/{id}/messages');
    expect(sent?.[2]).toBe('3');
    const [refused] = rows.filter(([method, route]) => method === 'GET' && route === '/api/v1/users/me');
    expect(refused?.[3]).toBe('1');
  });

  it('shows the last requests with who made them, newest first', async () => {
    const rows = await rowsOf(panelOf(page, 'Request log'));
    expect(rows[0]?.slice(1, 4)).toEqual(['GET', '/api/v1/groups/{id}', '200']);
    expect(rows[0]?.[5]).toBe(traffic.ada.username);
  });

  it('shows what was refused, and what came over sockets', async () => {
    const errors = await rowsOf(panelOf(page, 'Error log'));
    expect(errors.some(([, what, , code]) => what === 'GET /api/v1/users/me' && code === 'unauthenticated')).toBe(true);
    const events = await rowsOf(panelOf(page, 'Socket event log'));
    expect(events.some(([, via, event]) => via === 'sio' && event === 'message')).toBe(true);
    const connections = await rowsOf(panelOf(page, 'Connection log'));
    expect(connections.map(([, via, what]) => `${via} ${what}`).sort()).toEqual(['sio connect', 'ws connect']);
  });

  it('shows where the connections listen', async () => {
    const rows = await rowsOf(panelOf(page, 'Live groups'));
    expect(rows).toContainEqual(['Engine room', '2', '1', '1']);
  });

  it('shows new traffic by itself, within the time that was chosen', async () => {
    await page.getByLabel('Refresh every').selectOption('2 s');
    await traffic.ada.sendMessage(traffic.groupId);
    await eventually(async () => {
      const rows = await rowsOf(panelOf(page, 'Endpoints, last hour'));
      return rows.some(
        ([method, route, count]) => `${method} ${route} ${count}` === 'POST /api/v1/groups/{id}/messages 4',
      );
    });
  });

  it('draws the last hour', async () => {
    const chart = panelOf(page, 'Requests').getByRole('slider');
    const drawn = async () =>
      /^\d\d:\d\d:\d\d: requests .+\/s$/.test((await chart.getAttribute('aria-valuetext')) ?? '');
    // The first point comes when the first ten seconds are over.
    await eventually(drawn, 20_000);
    await chart.focus();
    await page.keyboard.press('Home');
    expect(await chart.getAttribute('aria-valuenow')).toBe('0');
  });

  it('follows one request by its correlation id, copies the id, and goes back', async () => {
    await browser.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: app.url });
    const requests = panelOf(page, 'Request log');
    await requests.locator(`[data-follow="${correlationId}"]`).click();
    await eventually(async () => (await requests.locator('tbody tr').count()) === 1);
    expect(await requests.locator('[data-follow]').getAttribute('data-follow')).toBe(correlationId);
    expect(await rowsOf(panelOf(page, 'Error log'))).toEqual([]);
    expect(await rowsOf(panelOf(page, 'Connection log'))).toEqual([]);
    expect(await page.getByLabel('Correlation id to follow').inputValue()).toBe(correlationId);
    await page.getByText('copied', { exact: true }).waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(correlationId);

    await page.goBack();
    await eventually(async () => (await requests.locator('tbody tr').count()) > 1);
  });

  it('opens on one request by a link, and shows all again on demand', async () => {
    const followed = await browser.open(`/dashboard#${correlationId}`);
    await untilLive(followed);
    const requests = panelOf(followed, 'Request log');
    expect(await requests.locator('tbody tr').count()).toBe(1);
    await followed.getByRole('button', { name: 'Show all' }).click();
    await eventually(async () => (await requests.locator('tbody tr').count()) > 1);
    expect(new URL(followed.url()).hash).toBe('');
  });

  it('shows everything by a link that names no id', async () => {
    const mistaken = await browser.open('/dashboard#100%/no id');
    await untilLive(mistaken);
    expect(await panelOf(mistaken, 'Request log').locator('tbody tr').count()).toBeGreaterThan(1);
  });

  it('follows an id that somebody types in', async () => {
    const typed = await browser.open('/dashboard');
    await untilLive(typed);
    await typed.getByLabel('Correlation id to follow').fill(correlationId);
    await typed.keyboard.press('Enter');
    await eventually(async () => (await panelOf(typed, 'Request log').locator('tbody tr').count()) === 1);
  });
});
