import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { clientEventNames, type ServerEventName } from '../../contract/events.js';
import type { MyGroupView, Page } from '../../contract/views.js';
import { DomainEvents, type DomainEventName } from '../../src/common/domain-events.js';
import { broadcasts } from '../../src/realtime/broadcasts.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { upload } from '../support/upload.js';
import { acknowledged, ok, reactionOf, type RouteVerbs, type Scene, type Verb } from './replay-scene.js';
import { fetchState, fold, summaryOf, toldByRest, type KnownGroup, type KnownState } from './replay-state.js';
import { attachmentVerbs } from './replay-verbs-attachments.js';
import { accountVerbs } from './replay-verbs-accounts.js';
import { clientEvents } from './replay-verbs-events.js';
import { groupVerbs } from './replay-verbs-groups.js';
import { messageVerbs } from './replay-verbs-messages.js';

const routes: RouteVerbs = { ...accountVerbs, ...groupVerbs, ...messageVerbs, ...attachmentVerbs };

const verbs: [string, Verb][] = [
  ...Object.entries(clientEvents).map(([name, verb]): [string, Verb] => [`the event ${name}`, verb]),
  ...Object.entries(routes).flatMap(([route, cases]) =>
    Object.entries(cases).map(([what, verb]): [string, Verb] => [`${route}: ${what}`, verb]),
  ),
];

describe('the state before and the events received', () => {
  let app: TestApp;
  let admin: Person;
  beforeAll(async () => {
    const email = 'admin@example.org';
    app = await startTestApp({ ADMIN_EMAIL: email });
    admin = await aPerson(app, { email });
  });
  afterAll(() => app.stop());

  const aScene = async (): Promise<Scene> => {
    const [owner, member, outsider] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const group = await owner.createGroup({ memberIds: [member.id] });
    const channel = await owner.createGroup({ kind: 'channel' });
    const message = await owner.sendMessage(group.id, 'the first');
    const deleted = await owner.sendMessage(group.id, 'the second');
    await member.sendMessage(group.id, 'the third');
    await owner.api.delete(`/messages/${deleted.id}`);
    await ok(member.api.put(reactionOf(message, '👍')));
    await outsider.createGroup();
    const people = [owner, member, outsider];
    const sockets = await Promise.all(people.map((person) => person.connect()));
    const socketOf = (person: Person) => sockets[people.indexOf(person)]!;
    return {
      owner,
      member,
      outsider,
      admin,
      group,
      channel,
      message,
      deleted,
      socketOf,
      aNewcomer: () => aPerson(app),
    };
  };

  it.each(verbs)('are the state after: %s', async (_verb, act) => {
    const scene = await aScene();
    const { owner, member, outsider, socketOf } = scene;
    const people = [owner, member, outsider];
    const before = await Promise.all(people.map(fetchState));
    await act(scene);
    for (const [index, person] of people.entries()) {
      const socket = socketOf(person);
      await socket.settled();
      const folded = socket.received.reduce(fold, before[index]!);
      const after = await fetchState(person);
      expect(Object.keys(folded.groups).sort()).toEqual(Object.keys(after.groups).sort());
      expect(folded.groups).toEqual(asFarAs(folded, after));
      expect(peopleOfBoth(folded, after)).toEqual(peopleOfBoth(after, folded));
      expect(await listed(person, folded)).toEqual(summaryOf(folded));
    }
    for (const person of people) socketOf(person).close();
  });

  it('are the state after a whole story, in which everything happens that there is, and every event that tells of the state', async () => {
    const scene = await aScene();
    const { owner, member, outsider, group, message, deleted, socketOf } = scene;
    const before = await fetchState(owner);
    const published = new Set<DomainEventName>();
    const listener = app.app.get(DomainEvents).listen(({ name }) => published.add(name));
    await ok(owner.api.put(`/groups/${group.id}/members/${outsider.id}`, {}));
    await ok(owner.api.put(`/groups/${group.id}/members/${outsider.id}`, { role: 'moderator' }));
    await ok(outsider.api.patch(`/groups/${group.id}`, { name: 'renamed' }));
    await outsider.sendMessage(group.id);
    const { id: fileId } = await upload(outsider, group.id);
    await outsider.sendMessage(group.id, 'with a file', { attachmentIds: [fileId] });
    await ok(outsider.api.patch(`/attachments/${fileId}`, { fileName: 'renamed.txt' }));
    await ok(owner.api.put(`/messages/${message.id}`, { content: 'edited' }));
    await ok(owner.api.post(`/messages/${deleted.id}/restore`));
    await ok(owner.api.put(`/groups/${group.id}/read`, { seq: 2 }));
    await ok(outsider.api.put(`/groups/${group.id}/delivered`, { seq: 4 }));
    await ok(outsider.api.put(reactionOf(deleted, '🎉')));
    await ok(owner.api.put(`/messages/${deleted.id}/pin`));
    await outsider.sendMessage(group.id, `@${owner.username}?`);
    await acknowledged(socketOf(member).send('presence', { presence: 'away' }));
    await ok(outsider.api.delete(`/messages/${message.id}`));
    await ok(owner.api.delete(`/groups/${group.id}/members/${member.id}`));
    const another = await outsider.createGroup({ memberIds: [owner.id, member.id] });
    await ok(outsider.api.delete(`/groups/${another.id}`));
    await ok((await owner.logInAgain()).api.post('/auth/logout'));
    listener.stop();
    expect([...published].sort()).toEqual(Object.keys(broadcasts).filter(isOfChat).sort());
    const socket = socketOf(owner);
    await socket.settled();
    const told = new Set<ServerEventName>(socket.received.map(({ event }) => event));
    expect(toldByRest.filter((event) => !told.has(event))).toEqual([]);
    const folded = socket.received.reduce(fold, before);
    const after = await fetchState(owner);
    expect(folded.groups).toEqual(after.groups);
    expect(folded.people[owner.id]).toEqual(after.people[owner.id]);
    for (const person of [owner, member, outsider]) socketOf(person).close();
  });

  it('are looked at for every verb that there is', async () => {
    const response = await fetch(`${app.url}/docs/openapi.json`);
    const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> };
    const found = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .filter((method) => method !== 'get')
        .map((method) => `${method} ${path.replace('/api/v1', '')}`),
    );
    expect(found.filter(isOfChat).sort()).toEqual(Object.keys(routes).sort());
    expect(Object.keys(clientEvents).sort()).toEqual([...clientEventNames].sort());
  });
});

/** Of transcripts and of the dashboard a chat client keeps nothing: the observatory's own tests follow its channels. */
function isOfChat(verbOrEvent: string): boolean {
  return !/observatory|\/projects|\/dashboard/.test(verbOrEvent);
}

/** `after`, without what no event has told yet of groups that are new. */
function asFarAs(folded: KnownState, after: KnownState): KnownState['groups'] {
  return Object.fromEntries(
    Object.entries(after.groups).map(([id, group]) => {
      const known = folded.groups[id];
      const parts = Object.entries(group).map(([part, value]): [string, unknown] => [
        part,
        known?.[part as keyof KnownGroup] === undefined ? undefined : value,
      ]);
      return [id, Object.fromEntries(parts) as unknown as KnownGroup];
    }),
  );
}

/** How those are there who are known to both: an event shows nobody whom the client has not met. */
function peopleOfBoth({ people }: KnownState, other: KnownState): KnownState['people'] {
  return Object.fromEntries(Object.entries(people).filter(([id]) => other.people[id] !== undefined));
}

/** What the list of groups says now, in the form of {@link summaryOf}; for groups whose log is known. */
async function listed(person: Person, folded: KnownState): Promise<object> {
  const { items } = expectStatus(await person.api.get<Page<MyGroupView>>('/groups?limit=100'), 200);
  const known = items.filter(({ id }) => folded.groups[id]?.messages !== undefined);
  const unknown = Object.entries(summaryOf(folded)).filter(([id]) => !known.some((group) => group.id === id));
  const summaries = known.map(({ id, rev, lastSeq, unreadCount, mentionCount, lastMessage }): [string, unknown] => [
    id,
    { rev, lastSeq, unreadCount, mentionCount, lastMessageId: lastMessage?.id ?? null },
  ]);
  return Object.fromEntries([...unknown, ...summaries]);
}
