import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { limits } from '../../contract/limits.js';
import type { GroupDetailView, MessageView, Page } from '../../contract/views.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

describe('pinned messages', () => {
  let app: TestApp;
  let owner: Person;
  let member: Person;
  beforeAll(async () => {
    app = await startTestApp();
    [owner, member] = await Promise.all([aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());

  const aGroup = (): Promise<GroupDetailView> => owner.createGroup({ memberIds: [member.id] });
  const pin = (by: Person, { id }: MessageView) => by.api.put<MessageView>(`/messages/${id}/pin`);
  const unpin = (by: Person, { id }: MessageView) => by.api.delete<MessageView>(`/messages/${id}/pin`);
  const pins = async (groupId: string) =>
    expectStatus(await member.api.get<Page<MessageView>>(`/groups/${groupId}/pins`), 200).items;
  const pinnedSeqs = async (groupId: string) => (await pins(groupId)).map(({ seq }) => seq);

  it('are listed with the newest pin first, whatever their place', async () => {
    const { id } = await aGroup();
    const [first, second, third] = [
      await member.sendMessage(id),
      await member.sendMessage(id),
      await owner.sendMessage(id),
    ];
    expect(await pins(id)).toEqual([]);
    for (const message of [second, third, first]) {
      const pinned = expectStatus(await pin(owner, message), 200);
      expect(pinned).toMatchObject({ id: message.id, isPinned: true, isEdited: false, content: message.content });
    }
    expect(await pinnedSeqs(id)).toEqual([1, 3, 2]);
    expect((await pins(id)).every(({ isPinned }) => isPinned)).toBe(true);
    const walked = await walkPages<MessageView>(member.api, `/groups/${id}/pins?limit=1`);
    expect(walked.map(({ seq }) => seq)).toEqual([1, 3, 2]);
  });

  it('take a place in the log with each change, and none when nothing changes', async () => {
    const { id } = await aGroup();
    const message = await member.sendMessage(id);
    const pinned = expectStatus(await pin(owner, message), 200);
    expect(pinned.rev).toBe(message.rev + 1);
    expect(expectStatus(await pin(owner, message), 200)).toEqual(pinned);
    const unpinned = expectStatus(await unpin(owner, message), 200);
    expect(unpinned).toMatchObject({ rev: message.rev + 2, isPinned: false });
    expect(expectStatus(await unpin(owner, message), 200)).toEqual(unpinned);
    const { body } = await member.api.get<{ items: MessageView[] }>(`/groups/${id}/changes?since=${message.rev}`);
    expect(body.items).toMatchObject([{ id: message.id, rev: message.rev + 2, isPinned: false }]);
  });

  it('are told to everyone, and by whom', async () => {
    const { id } = await aGroup();
    const message = await member.sendMessage(id);
    const socket = await member.connect();
    await pin(owner, message);
    await unpin(owner, message);
    await socket.settled();
    expect(socket.all('message_updated')).toMatchObject(
      [true, false].map((isPinned) => ({
        message: { id: message.id, isPinned },
        pin: { userId: owner.id, isPinned },
      })),
    );
    member.disconnect();
  });

  it('are for owners and moderators, and for both people of a direct conversation', async () => {
    const { id } = await aGroup();
    const message = await member.sendMessage(id);
    expectProblem(await pin(member, message), 'forbidden');
    expectProblem(await unpin(member, message), 'forbidden');
    expectProblem(await pin(await aPerson(app), message), 'not_a_member');
    const direct = expectStatus(await owner.api.put<GroupDetailView>(`/groups/direct/${member.id}`), 201);
    for (const person of [owner, member]) {
      const said = await owner.sendMessage(direct.id);
      expect(expectStatus(await pin(person, said), 200).isPinned).toBe(true);
    }
  });

  it('are not shown while they are deleted, and again when they are restored', async () => {
    const { id } = await aGroup();
    const message = await member.sendMessage(id);
    await pin(owner, message);
    await member.api.delete(`/messages/${message.id}`);
    expect(await pins(id)).toEqual([]);
    expectProblem(await pin(owner, message), 'gone');
    expect((await member.api.get<MessageView>(`/messages/${message.id}`)).body.isPinned).toBe(false);
    expect((await member.api.post<MessageView>(`/messages/${message.id}/restore`)).body.isPinned).toBe(true);
    expect(await pinnedSeqs(id)).toEqual([1]);
  });

  it('take no room while they are deleted, and find none when they are restored to a group that is full', async () => {
    const { id } = await aGroup();
    const { maxPerGroup } = limits.pin;
    const messages = await Promise.all(Array.from({ length: maxPerGroup + 1 }, () => member.sendMessage(id)));
    const [deleted, ...rest] = messages;
    for (const message of messages.slice(0, maxPerGroup)) expectStatus(await pin(owner, message), 200);
    expectStatus(await owner.api.delete(`/messages/${deleted!.id}`), 204);
    expectStatus(await pin(owner, rest.at(-1)!), 200);
    const restored = await owner.api.post<MessageView>(`/messages/${deleted!.id}/restore`);
    expect(expectStatus(restored, 200).isPinned).toBe(false);
    expect((await pins(id)).map((message) => message.id).toSorted()).toEqual(rest.map((one) => one.id).toSorted());
  });

  it(`are at most ${String(limits.pin.maxPerGroup)} in a group, also when many are pinned at once`, async () => {
    const { id } = await aGroup();
    const { maxPerGroup } = limits.pin;
    const messages = await Promise.all(Array.from({ length: maxPerGroup + 3 }, () => member.sendMessage(id)));
    const answers = await Promise.all(messages.map((message) => pin(owner, message)));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(3);
    for (const answer of refused) expectProblem(answer, 'conflict');
    expect(await pins(id)).toHaveLength(maxPerGroup);
    // A pin that is there already needs no room, and one that is taken off makes room.
    const [pinned] = await pins(id);
    expectStatus(await pin(owner, pinned!), 200);
    await unpin(owner, pinned!);
    const other = messages.find((_message, index) => answers[index]!.status !== 200)!;
    expectStatus(await pin(owner, other), 200);
  });

  it('are not given for a wrong limit or a cursor of another list', async () => {
    const { id } = await aGroup();
    for (const query of ['limit=0', 'limit=101', 'cursor=nonsense', 'order=asc']) {
      expectProblem(await member.api.get(`/groups/${id}/pins?${query}`), 'validation_failed');
    }
    const cursor = Buffer.from(JSON.stringify(['pins', 'x', 1])).toString('base64url');
    expectProblem(await member.api.get(`/groups/${id}/pins?cursor=${cursor}`), 'validation_failed');
    expectProblem(await member.api.put('/messages/no-id/pin'), 'validation_failed');
  });
});

describe('a direct conversation', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it('has nobody who deletes what the other said', async () => {
    const [opener, other] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = expectStatus(await opener.api.put<GroupDetailView>(`/groups/direct/${other.id}`), 201);
    const said = await other.sendMessage(id);
    expectProblem(await opener.api.delete(`/messages/${said.id}`), 'forbidden');
    expectStatus(await other.api.delete(`/messages/${said.id}`), 204);
  });
});
