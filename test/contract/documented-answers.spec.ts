import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import { ApiClient, type ApiAnswer } from '../support/api-client.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { ofAccounts } from './documented-answers-accounts.js';
import { ofAttachments } from './documented-answers-attachments.js';
import { ofGroups } from './documented-answers-groups.js';
import { ofMessages } from './documented-answers-messages.js';
import { ofObservatory } from './documented-answers-observatory.js';
import { ofOperations, ofOperationsCutOff } from './documented-answers-operations.js';
import {
  AnswerScene,
  exampleOf,
  operationsOf,
  pathOf,
  type Operation,
  type Provocations,
} from './documented-answers-scene.js';

/** The same for every server of this file, so that they take each other's tokens. */
const secret = 'the secret of all servers of the documented answers';

/** Open, the dashboard would refuse nobody. */
const DASHBOARD_ACCESS = 'admin';

/** How a status is provoked on any route that documents it and has no provocation of its own. */
type General = (operation: Operation) => Promise<ApiAnswer>;

/**
 * Every answer that the OpenAPI document speaks of is received here once, and held to what it says of it: `ApiClient`
 * compares body and content type with the schema, and refuses a status that is not documented.
 */
describe('every documented answer', () => {
  let scene: AnswerScene;
  let limited: TestApp;
  let cut: TestApp;
  let operations: Operation[];
  let general: Readonly<Record<number, General>>;
  let special: Provocations;
  beforeAll(async () => {
    scene = await AnswerScene.start({ JWT_SECRET: secret, DASHBOARD_ACCESS });
    const { connection } = scene.app;
    const sameData = { JWT_SECRET: secret, DASHBOARD_ACCESS, DATABASE_NAME: connection.name };
    [limited, cut] = await Promise.all([
      startTestApp({
        ...sameData,
        REGISTRATION: 'closed',
        RATE_LIMIT_ENABLED: 'true',
        RATE_LIMIT_REQUESTS_PER_MINUTE: '1',
      }),
      startTestApp(sameData),
    ]);
    operations = await operationsOf(scene.app);
    // Read while there is a database: the clients hold every answer to it.
    await Promise.all([limited, cut].map(({ url }) => new ApiClient(url).get('/health/live')));
    await cut.connection.getClient().close();
    general = await generalProvocations();
    special = await specialProvocations();
  });
  afterAll(async () => {
    await Promise.all([limited, cut].map((app) => app.stopKeepingData()));
    await scene.app.stop();
  });

  const ask = (
    app: Pick<TestApp, 'url'>,
    { method }: Operation,
    path: string,
    { token, body, headers }: { token?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
  ) => new ApiClient(app.url, token).request(method, path, body, headers);

  async function generalProvocations(): Promise<Readonly<Record<number, General>>> {
    const { app, ada, outsider } = scene;
    const mine = ada.tokens.accessToken;
    const { id: messageId, groupId } = await scene.aMessage();
    return {
      400: (operation) => ask(app, operation, badPathOf(operation), { token: mine, body: badBodyOf(operation) }),
      401: (operation) => ask(app, operation, pathOf(operation), { body: exampleOf(operation) }),
      403: (operation) => {
        const id = operation.template.includes('/messages/{id}') ? messageId : groupId;
        const path = pathOf(operation, { id, userId: scene.bob.id });
        return ask(app, operation, path, { token: outsider.tokens.accessToken, body: exampleOf(operation) });
      },
      404: (operation) =>
        ask(app, operation, pathOf(operation, inAGroupOfMine(operation, groupId)), {
          token: mine,
          body: exampleOf(operation),
        }),
      413: (operation) =>
        ask(app, operation, pathOf(operation), {
          token: mine,
          body: { padding: 'x'.repeat(limits.body.maxBytes) },
        }),
      415: (operation) =>
        ask(app, operation, pathOf(operation), {
          token: mine,
          body: 'words',
          headers: { 'content-type': 'text/plain' },
        }),
      // Nobody's requests are counted together: the first one of all has used up what there was.
      429: (operation) => ask(limited, operation, pathOf(operation), { body: exampleOf(operation) }),
      // Its sessions are new to that server, so that it has to look for them.
      503: (operation) => ask(cut, operation, pathOf(operation), { token: mine, body: exampleOf(operation) }),
    };
  }

  /** With those that need another of the servers. */
  async function specialProvocations(): Promise<Provocations> {
    // Before anything else is counted there: it takes the one request that there is.
    const closed = await new ApiClient(limited.api).post('/auth/register', {
      username: 'newcomer',
      email: 'newcomer@example.org',
      password: 'correct horse',
    });
    const { refreshToken } = scene.ada.tokens;
    return {
      ...joined(ofOperations, ofOperationsCutOff(cut)),
      ...ofAccounts,
      ...ofGroups,
      ...ofMessages,
      ...ofAttachments,
      ...ofObservatory,
      'POST /auth/register': { ...ofAccounts['POST /auth/register'], 403: () => Promise.resolve(closed) },
      'POST /auth/refresh': {
        ...ofAccounts['POST /auth/refresh'],
        503: () => new ApiClient(cut.api).post('/auth/refresh', { refreshToken }),
      },
    };
  }

  /** An id in the path that is none, else a broken escape, else a query that no list takes. */
  function badPathOf(operation: Operation): string {
    const path = pathOf(operation, { id: 'no-id', userId: 'no-id' });
    if (path.includes('no-id')) return path;
    if (operation.template.includes('{')) return operation.template.replace(/\{[^}]+\}/, '%E0%A4%A');
    return `${path}${path.includes('?') ? '&' : '?'}nothing=1`;
  }

  function badBodyOf(operation: Operation): string | undefined {
    return operation.about.requestBody === undefined ? undefined : '{ "broken": ';
  }

  /** What is not there may also be a member or an invitation of a group that is. */
  function inAGroupOfMine({ template }: Operation, groupId: string): Record<string, string> {
    return /\{id\}\/(invites|members)\/\{/.test(template) ? { id: groupId } : {};
  }

  const statusesOf = ({ about }: Operation) => Object.keys(about.responses).map(Number);

  /** What is wrong with one answer; `null` when it is as documented. */
  async function faultOf(operation: Operation, status: number): Promise<string | null> {
    const name = `${operation.route} ${String(status)}`;
    const own = special[operation.route]?.[status];
    const shared = general[status];
    if (own === undefined && shared === undefined) return `${name}: nobody provokes it`;
    try {
      const answer = await (own === undefined ? shared?.(operation) : own(scene));
      return answer?.status === status ? null : `${name}: answered ${JSON.stringify(answer)}`;
    } catch (error) {
      return `${name}: ${String(error)}`;
    }
  }

  async function expectAnswers(isMeant: (status: number) => boolean): Promise<void> {
    const faults: (string | null)[] = [];
    for (const operation of operations) {
      for (const status of statusesOf(operation).filter(isMeant)) faults.push(await faultOf(operation, status));
    }
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  }

  it.each([400, 401, 403, 404, 409, 410, 413, 415, 416, 429, 503])(
    '%i is received from each route that documents it',
    (status) => expectAnswers((one) => one === status),
  );

  it('of success is received from each route', () => expectAnswers((status) => status < 300));

  it('is one of these', () => {
    const known = new Set([200, 201, 204, 206, 400, 401, 403, 404, 409, 410, 413, 415, 416, 429, 503]);
    expect(operations.flatMap(statusesOf).filter((status) => !known.has(status))).toEqual([]);
  });

  it('is documented, if it is provoked', () => {
    const provoked = Object.entries(special).flatMap(([route, byStatus]) =>
      Object.keys(byStatus).map((status) => `${route} ${status}`),
    );
    const documented = new Set(
      operations.flatMap((operation) => statusesOf(operation).map((status) => `${operation.route} ${String(status)}`)),
    );
    expect(provoked.filter((one) => !documented.has(one))).toEqual([]);
  });
});

/** The provocations of both, also of the same route. */
function joined(one: Provocations, other: Provocations): Provocations {
  const routes = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...routes].map((route) => [route, { ...one[route], ...other[route] }]));
}
