import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ApiClient } from '../support/api-client.js';
import { explained } from '../support/explained.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { upload } from '../support/upload.js';

describe('what is looked up by a unique name is found through its index', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    // Command monitoring is on only where commands are logged.
    app = await startTestApp({ LOG_DB_QUERIES: 'true' });
    [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());

  const readsOne = { isCollectionScan: false, returned: 1, documentsExamined: 1 };

  it.each(['username', 'email'] as const)('an account, at a login by %s', async (name) => {
    const login = ada.user[name];
    const [query] = await explained(app, 'users', () =>
      new ApiClient(app.api).post('/auth/login', { login, password: 'wrong password' }),
    );
    expect(query).toMatchObject({ ...readsOne, indexes: [name === 'email' ? 'emailKey_1' : 'usernameKey_1'] });
  });

  it('a direct conversation, by its pair', async () => {
    await ada.api.put(`/groups/direct/${bob.id}`);
    const [query] = await explained(app, 'groups', () => ada.api.put(`/groups/direct/${bob.id}`));
    expect(query).toMatchObject({ ...readsOne, indexes: ['direct_pair'] });
  });

  it('a channel, by its name', async () => {
    const { name } = await ada.createGroup({ kind: 'channel', name: 'Engines' });
    const [query] = await explained(app, 'groups', () => bob.api.get(`/groups/by-name/${String(name)}`));
    expect(query).toMatchObject({ ...readsOne, indexes: ['channel_name'] });
  });

  it('a message that is sent again, by its clientMessageId', async () => {
    const group = await ada.createGroup();
    for (let count = 0; count < 20; count += 1) await ada.sendMessage(group.id);
    const request = { content: 'once', clientMessageId: 'once' };
    await ada.api.post(`/groups/${group.id}/messages`, request);
    const queries = await explained(app, 'messages', () => ada.api.post(`/groups/${group.id}/messages`, request));
    const [query] = queries.filter(({ indexes }) => indexes.includes('groupId_1_sendKey_1'));
    expect(query).toMatchObject(readsOne);
  });

  it('the files of a message, by its id', async () => {
    const group = await ada.createGroup();
    for (let count = 0; count < 10; count += 1) {
      await ada.sendMessage(group.id, '', { attachmentIds: [(await upload(ada, group.id)).id] });
    }
    const { id } = await ada.sendMessage(group.id, '', { attachmentIds: [(await upload(ada, group.id)).id] });
    const [query] = await explained(app, 'attachments', () => ada.api.get(`/attachments?messageId=${id}`));
    expect(query).toMatchObject({ ...readsOne, indexes: ['messageId_1'] });
  });
});
