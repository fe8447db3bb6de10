import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { clientEventNames } from '../../contract/events.js';
import { problems } from '../../contract/problems.js';
import { ApiClient } from '../support/api-client.js';
import { expectProblem } from '../support/expect-problem.js';
import { rawRequest } from '../support/raw-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestSocket } from '../support/test-socket.js';
import { eventRows } from './access-matrix-events.js';
import type { RouteRow } from './access-matrix-cells.js';
import { routeRows } from './access-matrix-routes.js';
import { aCast, aScene, columns, stateOf, Watch, type Cast, type Column, type Scene } from './access-matrix-scene.js';

const prefix = '/api/v1';
const secret = 'the secret of the server of the access matrix';

/** Routes without the prefix, where the table names them as if they had it not. */
const pathsOutside = new Set([
  '/health',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/dashboard/api/access',
  '/dashboard/api/data',
  '/dashboard/api/session',
]);

/** One title for each row: its route or event, and on what it acts. */
function titled<Row extends { on?: string }>(rows: readonly Row[], nameOf: (row: Row) => string) {
  return rows.map((row) => [row.on === undefined ? nameOf(row) : `${nameOf(row)}, ${row.on}`, row] as const);
}

describe('the access matrix', () => {
  let app: TestApp;
  let cast: Cast;
  beforeAll(async () => {
    // The dashboard as in production; the other ways to it are in dashboard-access.spec.ts.
    app = await startTestApp({ JWT_SECRET: secret, DASHBOARD_ACCESS: 'admin' });
    cast = await aCast(app, secret);
  });
  afterAll(async () => {
    for (const watch of watches.values()) watch.close();
    await app.stop();
  });

  const watches = new Map<Cast, Watch>();
  async function watchOf(people: Cast): Promise<Watch> {
    const watch = watches.get(people) ?? (await Watch.of(app, people));
    watches.set(people, watch);
    return watch;
  }

  /** What is stored of a scene, and what those have heard who have no part in what is asked. */
  async function everythingOf(scene: Scene): Promise<unknown> {
    const watch = await watchOf(scene.cast);
    return { stored: await stateOf(app, scene), heard: await watch.heard() };
  }

  /** Asks, compares, and tells whether the scene is as it was. */
  async function expectCell(row: RouteRow, column: Column, scene: Scene): Promise<boolean> {
    const [method = '', template = ''] = row.route.split(' ');
    const token = column === 'nobody' ? undefined : scene.cast[column].tokens.accessToken;
    const client = new ApiClient(pathsOutside.has(template) ? app.url : app.api, token);
    const expected = row.cells[column];
    const before = await everythingOf(scene);
    const answer = await client.request(method, row.path(scene, column), row.body?.(scene, column));
    // An invitation has a code as well.
    const { code } = answer.status < 400 ? {} : (answer.body as { code?: string });
    const isAllowed = typeof expected === 'number';
    expect({ column, status: answer.status, code }).toEqual({
      column,
      status: isAllowed ? expected : problems[expected].status,
      code: isAllowed ? undefined : expected,
    });
    if (isAllowed) return method === 'GET';
    expectProblem(answer, expected);
    // Refused means that nothing happened.
    expect(await everythingOf(scene)).toEqual(before);
    return true;
  }

  it.each(titled(routeRows, ({ route }) => route))('%s', async (_title, row) => {
    let scene: Scene | undefined;
    for (const column of columns) {
      scene ??= await aScene(app, row.needsNewPeople === true ? await aCast(app, secret) : cast, row);
      const isAsItWas = await expectCell(row, column, scene);
      if (!isAsItWas && row.isSharable !== true) scene = undefined;
    }
  });

  it('has a row for every route of the running server, and for no other', async () => {
    const { body } = await rawRequest(`${app.url}/docs/openapi.json`);
    const { paths } = body as { paths: Record<string, Record<string, unknown>> };
    const served = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(prefix, '')}`),
    );
    expect(served.length).toBeGreaterThan(0);
    expect([...new Set(routeRows.map(({ route }) => route))].sort()).toEqual(served.sort());
  });

  it('has a row for every event that a client may send, and for no other', () => {
    expect([...new Set(eventRows.map(({ event }) => event))].sort()).toEqual([...clientEventNames].sort());
  });

  describe('of sockets', () => {
    it('lets nobody, the expired and the deactivated not connect at all, whatever they wanted to send', async () => {
      expect(await TestSocket.refused(app.url, undefined)).toMatchObject({ code: 'unauthenticated' });
      for (const [column, code] of [
        ['expired', 'token_expired'],
        ['deactivated', 'session_revoked'],
      ] as const) {
        const { accessToken } = cast[column].tokens;
        expect(await TestSocket.refused(app.url, accessToken)).toMatchObject({ code });
      }
    });

    it.each(titled(eventRows, ({ event }) => event))('%s', async (_title, row) => {
      const { cells } = row;
      let scene: Scene | undefined;
      for (const [name, expected] of Object.entries(cells)) {
        const column = name as keyof typeof cells;
        scene ??= await aScene(app, cast, row);
        const socket = await cast[column].connect();
        const before = await everythingOf(scene);
        const answer = await socket.sendRaw(row.event, row.payload(scene, column));
        expect({ column, answer: answer.ok || answer.error.code }).toEqual({ column, answer: expected });
        socket.close();
        if (!answer.ok) expect(await everythingOf(scene)).toEqual(before);
        else if (row.isSharable !== true) scene = undefined;
      }
    });
  });
});
