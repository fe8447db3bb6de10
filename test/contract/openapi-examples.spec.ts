import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessageView } from '../../contract/views.js';
import { demoLogin } from '../../src/default-data/default-data.service.js';
import { anAdmin } from '../support/admin.js';
import { ApiClient } from '../support/api-client.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { upload } from '../support/upload.js';
import type { OpenApiDocument } from '../support/validate-answer.js';

/** What nobody can know before he has asked the server: the ids in a path, and tokens. */
interface Knowledge {
  path?: Record<string, string>;
  body?: Record<string, unknown>;
  /** Whose it is: Ada's, unless said otherwise. */
  token?: string;
}

describe('the examples of the API documentation', () => {
  let app: TestApp;
  let document: OpenApiDocument;
  let ada: Person;
  beforeAll(async () => {
    // With the default data, to which the example of a login belongs.
    app = await startTestApp({ DEFAULT_DATA: 'true' });
    document = (await (await fetch(`${app.url}/docs/openapi.json`)).json()) as OpenApiDocument;
    ada = await anAdmin(app);
  });
  afterAll(() => app.stop());

  async function aGroup(): Promise<{ id: string }> {
    return ada.createGroup();
  }

  async function aMessage(): Promise<MessageView> {
    return ada.sendMessage((await aGroup()).id);
  }

  /** What a reader of the documentation fills in, for each operation with a body. */
  const fillIn: Record<string, () => Promise<Knowledge> | Knowledge> = {
    Auth_register: () => ({}),
    Auth_login: () => ({}),
    Auth_refresh: async () => ({ body: { refreshToken: (await ada.logInAgain()).tokens.refreshToken } }),
    Auth_changePassword: () => ({}),
    Dashboard_begin: () => ({ body: { accessToken: ada.tokens.accessToken } }),
    AdminUsers_update: async () => ({ path: { id: (await aPerson(app)).id } }),
    Users_update: () => ({}),
    Account_delete: async () => ({ token: (await aPerson(app)).tokens.accessToken }),
    Users_choosePresence: () => ({}),
    Groups_create: () => ({}),
    Groups_update: async () => ({ path: await aGroup() }),
    Invites_create: async () => ({ path: await aGroup() }),
    Attention_mute: async () => ({ path: await aGroup() }),
    Attention_setTyping: async () => ({ path: await aGroup() }),
    Markers_read: async () => ({ path: { id: (await aMessage()).groupId } }),
    Markers_delivered: async () => ({ path: { id: (await aMessage()).groupId } }),
    Members_put: async () => ({ path: { id: (await aGroup()).id, userId: (await aPerson(app)).id } }),
    Messages_send: async () => ({ path: await aGroup() }),
    Attachments_rename: async () => ({ path: { id: (await upload(ada, (await aGroup()).id)).id } }),
    Projects_create: () => ({}),
    Projects_update: async () => {
      const { body } = await ada.api.post<{ id: string }>('/projects', { path: `/srv/${crypto.randomUUID()}` });
      return { path: body };
    },
    Messages_edit: async () => ({ path: { id: (await aMessage()).id } }),
  };

  function operationsWithBody() {
    return Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { requestBody }]) => requestBody?.content['application/json'] !== undefined)
        .map(([method, operation]) => ({ path, method, operation })),
    );
  }

  it('are there for every operation that takes a JSON body', () => {
    const ids = operationsWithBody().map(({ operation }) => operation.operationId);
    expect(ids.sort()).toEqual(Object.keys(fillIn).sort());
  });

  it.each(Object.keys(fillIn))('run as they are: %s', async (operationId) => {
    const found = operationsWithBody().find(({ operation }) => operation.operationId === operationId);
    if (found === undefined) throw new Error('it is not documented');
    const { path, method, operation } = found;
    const example = operation.requestBody?.content['application/json']?.example;
    expect(example).toEqual(expect.any(Object));
    const known = await fillIn[operationId]!();
    const filled = path.replace(/\{([^}]+)\}/g, (_whole, name: string) => known.path?.[name] ?? 'unknown');
    const api = new ApiClient(app.url, known.token ?? ada.tokens.accessToken);

    // The client holds the answer to its documented schema.
    const answer = await api.request(method.toUpperCase(), filled, { ...(example as object), ...known.body });

    // The body is shown when it is not so.
    expect([Math.floor(answer.status / 100), answer.body]).toEqual([2, answer.body]);
  });

  it('log in with the account of the default data', () => {
    const login = operationsWithBody().find(({ operation }) => operation.operationId === 'Auth_login');
    expect(login?.operation.requestBody?.content['application/json']?.example).toEqual({
      login: demoLogin.username,
      password: demoLogin.password,
    });
  });
});
