import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { SyncAnswer } from '../../contract/events.js';
import type { MessageView } from '../../contract/views.js';
import { LogRepository } from '../../src/messages/log/log.repository.js';
import { MessagesRepository } from '../../src/messages/messages.repository.js';
import { aPerson, expectStatus } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accepted } from '../support/transports.js';

describe('messages that many change, and readers who are removed meanwhile', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it('takes the reactions of fifty at once', async () => {
    const [ada, ...others] = await Promise.all(Array.from({ length: 50 }, () => aPerson(app)));
    const group = await ada!.createGroup({ memberIds: others.map(({ id }) => id) });
    const message = await ada!.sendMessage(group.id);
    const path = `/messages/${message.id}/reactions/${encodeURIComponent('👍')}`;
    const answers = await Promise.all([ada!, ...others].map((person) => person.api.put(path)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    const { body } = await ada!.api.get<MessageView>(`/messages/${message.id}`);
    expect(body).toMatchObject({ rev: 51, reactions: [{ emoji: '👍', count: 50, mine: true }] });
  });

  it('does not mention to someone what was stored after his removal', async () => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const group = await ada.createGroup({ memberIds: [bob.id, cleo.id] });
    const [bobs, cleos] = [await bob.connect(), await cleo.connect()];
    const log = app.app.get(LogRepository);
    const [asked, released] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const write = log.write.bind(log);
    log.write = async (batch) => {
      asked.resolve(undefined);
      await released.promise;
      return write(batch);
    };
    const sending = ada.sendMessage(group.id, `@${bob.username} and @${cleo.username}`);
    await asked.promise;
    expectStatus(await ada.api.delete(`/groups/${group.id}/members/${bob.id}`), 204);
    released.resolve(undefined);
    log.write = write;
    const sent = await sending;
    expect((await cleos.next('mention')).message.id).toBe(sent.id);
    await bobs.settled();
    expect(bobs.all('mention')).toEqual([]);
    for (const person of [ada, bob, cleo]) person.disconnect();
  });

  it('shows in sync nothing of a group that the reader was removed from while it was read, and the others', async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const [lost, kept] = [
      await ada.createGroup({ memberIds: [bob.id] }),
      await ada.createGroup({ memberIds: [bob.id] }),
    ];
    await ada.sendMessage(lost.id);
    const visible = await ada.sendMessage(kept.id);
    const socket = await bob.connect();
    const messages = app.app.get(MessagesRepository);
    const listChanges = messages.listChanges.bind(messages);
    messages.listChanges = async (groupId, since, limit) => {
      if (groupId === lost.id) {
        await ada.api.delete(`/groups/${lost.id}/members/${bob.id}`);
        await ada.sendMessage(lost.id, 'he is gone');
      }
      return listChanges(groupId, since, limit);
    };
    const position = { rev: 0, epoch: lost.epoch };
    const answer: SyncAnswer = accepted(
      await socket.send('sync', { groups: { [lost.id]: position, [kept.id]: { rev: 0, epoch: kept.epoch } } }),
    );
    messages.listChanges = listChanges;
    expect(answer.left).toEqual([lost.id]);
    expect(answer.groups.map(({ groupId, changes }) => [groupId, changes.map(({ id }) => id)])).toEqual([
      [kept.id, [visible.id]],
    ]);
    bob.disconnect();
  });

  it('takes epochs and group ids in either case', async () => {
    const ada = await aPerson(app);
    const group = await ada.createGroup();
    await ada.sendMessage(group.id);
    const socket = await ada.connect();
    const position = { rev: 0, epoch: group.epoch.toUpperCase() };
    const { groups, left } = accepted(await socket.send('sync', { groups: { [group.id.toUpperCase()]: position } }));
    expect(left).toEqual([]);
    expect(groups).toMatchObject([{ groupId: group.id, reset: false, changes: [{ seq: 1 }] }]);
    ada.disconnect();
  });
});
