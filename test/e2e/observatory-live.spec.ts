import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { BroadcastPayload } from '../../contract/observatory.js';
import { anAdmin } from '../support/admin.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import type { ChatClient } from '../support/plain-socket.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { conversationOf, conversationWhen, Script, statusWhen, TranscriptFolder } from '../support/transcripts.js';

/** A line that is appended is heard of within this time. */
const promisedMs = 1_000;

describe('the live channels of the observatory', () => {
  let folder: TranscriptFolder;
  let app: TestApp;
  let ada: Person;
  let admin: Person;
  beforeAll(async () => {
    folder = await TranscriptFolder.make();
    app = await startTestApp({ TRANSCRIPTS_PATH: folder.root });
    [ada, admin] = await Promise.all([aPerson(app), anAdmin(app)]);
    await statusWhen(ada.api, ({ state }) => state === 'watching');
  });
  afterAll(async () => {
    ada.disconnect();
    await app.stop();
    await folder.remove();
  });

  const broadcasts = (client: ChatClient): BroadcastPayload[] => client.all('broadcast');
  const heard = (client: ChatClient, event: string, matches: (news: BroadcastPayload) => boolean = () => true) =>
    eventually(() => broadcasts(client).find((news) => news.event === event && matches(news)));
  const subscribed = async (client: ChatClient, ...channels: string[]) => {
    for (const channel of channels) expect(await client.send('subscribe', { channel })).toMatchObject({ ok: true });
    return client;
  };

  it.each(['Socket.IO', 'plain WebSocket'])('tell of an appended line within a second, over %s', async (transport) => {
    const client = await subscribed(
      transport === 'Socket.IO' ? await ada.connect() : await ada.connectPlain(),
      'observatory:conversations',
      'observatory:projects',
      'observatory:files',
    );
    const script = new Script();
    const name = `-srv-engine/${script.sessionId}.jsonl`;
    await folder.write(name, [script.asks('one')]);
    const { id } = await conversationWhen(ada.api, script.sessionId);
    await heard(client, 'file.updated', (news) => 'file' in news.data && news.data.file.path === name);
    await heard(client, 'project.updated');

    const line = script.answers('two');
    const appendedAt = performance.now();
    await folder.append(name, [line]);
    const added = await heard(
      client,
      'entries.added',
      (news) => 'entries' in news.data && news.data.entries.some((entry) => entry.id === line['uuid']),
    );
    expect(performance.now() - appendedAt).toBeLessThan(promisedMs);
    expect(added.data).toEqual({
      conversationId: id,
      count: 1,
      entries: [{ id: line['uuid'], type: 'assistant', at: line['timestamp'], isSidechain: false, preview: 'two' }],
    });
    const updated = await heard(
      client,
      'conversation.updated',
      (news) =>
        'conversation' in news.data && news.data.conversation.messageCount === 2 && news.data.conversation.id === id,
    );
    // What is told is what is read.
    expect(updated.data).toEqual({ conversation: await conversationOf(ada.api, id) });
  });

  it('tell of each line within a second, however short after the one before it comes', async () => {
    const client = await subscribed(await ada.connect(), 'observatory:conversations');
    const script = new Script();
    const name = `-srv-engine/${script.sessionId}.jsonl`;
    await folder.write(name, [script.asks('one')]);
    await conversationWhen(ada.api, script.sessionId);
    for (let count = 0; count < 20; count += 1) {
      const line = script.asks(`line ${count}`);
      const appendedAt = performance.now();
      await folder.append(name, [line]);
      // The next one follows at once, so that some come while the system is still told of the one before.
      await heard(
        client,
        'entries.added',
        (news) => 'entries' in news.data && news.data.entries.some((entry) => entry.id === line['uuid']),
      );
      expect(performance.now() - appendedAt).toBeLessThan(promisedMs);
    }
  });

  it('tell those who subscribed, of what they subscribed to, until they unsubscribe', async () => {
    const [one, other] = [
      await subscribed(await ada.connect(), 'observatory:conversations'),
      await subscribed(await ada.connect(), 'observatory:projects', 'observatory:conversations'),
    ];
    expect(await other.send('unsubscribe', { channel: 'observatory:conversations' })).toMatchObject({ ok: true });
    const script = new Script();
    await folder.write(`-srv-engine/${script.sessionId}.jsonl`, [script.asks('one')]);
    await heard(
      one,
      'conversation.updated',
      (news) => 'conversation' in news.data && news.data.conversation.sessionId === script.sessionId,
    );
    await heard(other, 'project.updated');
    const channels = (client: ChatClient) => [...new Set(broadcasts(client).map(({ channel }) => channel))];
    expect(channels(one)).toEqual(['observatory:conversations']);
    expect(channels(other)).toEqual(['observatory:projects']);
  });

  it('tell of projects that an admin makes, changes and deletes', async () => {
    const client = await subscribed(await ada.connect(), 'observatory:projects');
    const made = await admin.api.post<{ id: string }>('/projects', { path: `/srv/${randomUUID()}` });
    const { id } = expectStatus(made, 201);
    await admin.api.put(`/projects/${id}`, { name: 'Changed' });
    await heard(client, 'project.updated', (news) => 'project' in news.data && news.data.project.name === 'Changed');
    await admin.api.delete(`/projects/${id}`);
    const deleted = await heard(client, 'project.deleted');
    expect(deleted.data).toEqual({ projectId: id });
    expect(deleted.timestamp).toMatch(/^\d{4}-.*Z$/);
  });
});
