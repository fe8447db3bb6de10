import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aPerson } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('a conversation of two people in a channel', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it('carries a message from one to the other, edits it, deletes it and restores it', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const channel = await ada.createGroup({ kind: 'channel' });
    const [adasSocket, bobsSocket] = await Promise.all([ada.connect(), bob.connect()]);
    await bob.api.post(`/groups/${channel.id}/join`);

    const sent = await adasSocket.send('message', { groupId: channel.id, content: 'Hello Bob' });
    if (!sent.ok) throw new Error(sent.error.detail);
    expect(sent.data).toMatchObject({ seq: 1, rev: 1, content: 'Hello Bob', senderId: ada.id });
    const { message } = await bobsSocket.next('new_message');
    // How far it has come is for its sender to know.
    expect(message).toEqual({ ...sent.data, status: null });

    await ada.api.put(`/messages/${message.id}`, { content: 'Hello, Bob' });
    const updated = await bobsSocket.next('message_updated');
    expect(updated.message).toMatchObject({ id: message.id, seq: 1, rev: 2, content: 'Hello, Bob', isEdited: true });

    expect((await ada.api.delete(`/messages/${message.id}`)).status).toBe(204);
    expect(await bobsSocket.next('message_deleted')).toEqual({
      messageId: message.id,
      groupId: channel.id,
      seq: 1,
      rev: 3,
      deletedBy: ada.id,
    });
    const restored = await ada.api.post(`/messages/${message.id}/restore`);
    expect(restored.body).toMatchObject({ rev: 4, isDeleted: false, content: 'Hello, Bob' });
    await bobsSocket.next('message_updated', ({ message: { rev } }) => rev === 4);
    ada.disconnect();
    bob.disconnect();
  });
});
