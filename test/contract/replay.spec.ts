import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { clientEventNames, type ClientEventName, type ServerEventName } from '../../contract/events.js';
import type { GroupDetailView, InviteView, MessageView, MyGroupView, Page } from '../../contract/views.js';
import type { ApiAnswer } from '../support/api-client.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { TestSocket } from '../support/test-socket.js';
import { fetchState, fold, summaryOf, toldByRest, type KnownGroup, type KnownState } from './replay-state.js';

/** Three members of a group with some history, a channel that only its owner is in, and everyone's socket. */
interface Scene {
  owner: Person;
  member: Person;
  outsider: Person;
  /** In none of these groups. */
  admin: Person;
  group: GroupDetailView;
  channel: GroupDetailView;
  /** By the owner; the second one is deleted. */
  message: MessageView;
  deleted: MessageView;
  socketOf: (person: Person) => TestSocket;
}

type Verb = (scene: Scene) => Promise<unknown>;

const ok = async (answer: Promise<ApiAnswer>) => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
};
const acknowledged = async (answer: ReturnType<TestSocket['sendRaw']>) => {
  const ack = await answer;
  if (!ack.ok) throw new Error(ack.error.detail);
};

const clientEvents: Record<ClientEventName, Verb> = {
  message: ({ owner, group, message, socketOf }) =>
    acknowledged(socketOf(owner).send('message', { groupId: group.id, content: 'new', replyToId: message.id })),
  edit_message: ({ owner, message, socketOf }) =>
    acknowledged(socketOf(owner).send('edit_message', { messageId: message.id, content: 'edited' })),
  delete_message: ({ owner, message, socketOf }) =>
    acknowledged(socketOf(owner).send('delete_message', { messageId: message.id })),
  restore_message: ({ owner, deleted, socketOf }) =>
    acknowledged(socketOf(owner).send('restore_message', { messageId: deleted.id })),
  typing: ({ owner, group, socketOf }) => acknowledged(socketOf(owner).send('typing', { groupId: group.id })),
  read: ({ member, group, socketOf }) =>
    acknowledged(socketOf(member).send('read', { groupId: group.id, seq: group.memberCount })),
  delivered: ({ member, group, socketOf }) =>
    acknowledged(socketOf(member).send('delivered', { groupId: group.id, seq: 2 })),
  react: ({ member, message, socketOf }) =>
    acknowledged(socketOf(member).send('react', { messageId: message.id, emoji: '🎉' })),
  sync: ({ owner, socketOf }) => acknowledged(socketOf(owner).send('sync', {})),
  subscribe: ({ owner, group, socketOf }) =>
    acknowledged(socketOf(owner).send('subscribe', { channel: `group:${group.id}`, history: 10 })),
  unsubscribe: ({ owner, channel, socketOf }) =>
    acknowledged(socketOf(owner).send('unsubscribe', { channel: `group:${channel.id}` })),
  presence: ({ owner, socketOf }) =>
    acknowledged(socketOf(owner).send('presence', { presence: 'dnd', statusText: 'at the engine' })),
  authenticate: ({ owner, socketOf }) =>
    acknowledged(socketOf(owner).send('authenticate', { token: owner.tokens.accessToken })),
  pong: ({ member, socketOf }) => acknowledged(socketOf(member).send('pong', {})),
  ping: ({ member, socketOf }) => acknowledged(socketOf(member).send('ping', {})),
};

const reactionOf = ({ id }: MessageView, emoji: string) => `/messages/${id}/reactions/${encodeURIComponent(emoji)}`;

const inviteCode = async ({ owner, group }: Scene) =>
  expectStatus(await owner.api.post<InviteView>(`/groups/${group.id}/invites`, {}), 201).code;

/** By method and path as the OpenAPI document has them. A route may have several verbs. */
const routes: Record<string, Record<string, Verb>> = {
  'post /groups': {
    'a group with members': ({ owner, outsider, member }) => owner.createGroup({ memberIds: [outsider.id, member.id] }),
    'a channel': ({ member }) => member.createGroup({ kind: 'channel' }),
  },
  'put /groups/direct/{userId}': {
    'with a member': ({ owner, member }) => ok(owner.api.put(`/groups/direct/${member.id}`)),
    'once more': async ({ owner, member }) => {
      await ok(owner.api.put(`/groups/direct/${member.id}`));
      await ok(member.api.put(`/groups/direct/${owner.id}`));
    },
  },
  'patch /groups/{id}': {
    'name and description': ({ owner, group }) =>
      ok(owner.api.patch(`/groups/${group.id}`, { name: 'renamed', description: 'described' })),
    'one of them': ({ owner, group }) => ok(owner.api.patch(`/groups/${group.id}`, { description: 'only this' })),
  },
  'delete /groups/{id}': { 'a group': ({ owner, group }) => ok(owner.api.delete(`/groups/${group.id}`)) },
  'put /groups/{id}/read': {
    'one further': ({ member, group }) => ok(member.api.put(`/groups/${group.id}/read`, { seq: 1 })),
    'beyond the end': ({ member, group }) => ok(member.api.put(`/groups/${group.id}/read`, { seq: 1000 })),
    'back again': async ({ member, group }) => {
      await ok(member.api.put(`/groups/${group.id}/read`, { seq: 2 }));
      await ok(member.api.put(`/groups/${group.id}/read`, { seq: 1 }));
    },
  },
  'put /groups/{id}/delivered': {
    'one further': ({ member, group }) => ok(member.api.put(`/groups/${group.id}/delivered`, { seq: 1 })),
    'and read less far': async ({ member, group }) => {
      await ok(member.api.put(`/groups/${group.id}/delivered`, { seq: 3 }));
      await ok(member.api.put(`/groups/${group.id}/read`, { seq: 1 }));
    },
    'back again': async ({ member, group }) => {
      await ok(member.api.put(`/groups/${group.id}/read`, { seq: 2 }));
      await ok(member.api.put(`/groups/${group.id}/delivered`, { seq: 1 }));
    },
  },
  'put /groups/{id}/members/{userId}': {
    'a newcomer': ({ owner, outsider, group }) => ok(owner.api.put(`/groups/${group.id}/members/${outsider.id}`, {})),
    'a role': ({ owner, member, group }) =>
      ok(owner.api.put(`/groups/${group.id}/members/${member.id}`, { role: 'moderator' })),
    'the group handed over': ({ owner, member, group }) =>
      ok(owner.api.put(`/groups/${group.id}/members/${member.id}`, { role: 'owner' })),
    'a newcomer as owner': ({ owner, outsider, group }) =>
      ok(owner.api.put(`/groups/${group.id}/members/${outsider.id}`, { role: 'owner' })),
  },
  'delete /groups/{id}/members/{userId}': {
    'a member': ({ owner, member, group }) => ok(owner.api.delete(`/groups/${group.id}/members/${member.id}`)),
    oneself: ({ member, group }) => ok(member.api.delete(`/groups/${group.id}/members/${member.id}`)),
  },
  'post /groups/{id}/join': {
    'a channel': ({ outsider, channel }) => ok(outsider.api.post(`/groups/${channel.id}/join`)),
    'a channel, and a message there': async ({ owner, outsider, channel }) => {
      await ok(outsider.api.post(`/groups/${channel.id}/join`));
      await owner.sendMessage(channel.id);
    },
  },
  'post /groups/{id}/leave': {
    'a group': ({ member, group }) => ok(member.api.post(`/groups/${group.id}/leave`)),
    'a group as its last member': async ({ outsider }) => {
      const { id } = await outsider.createGroup();
      await ok(outsider.api.post(`/groups/${id}/leave`));
    },
    'a channel, after joining it': async ({ outsider, channel }) => {
      await ok(outsider.api.post(`/groups/${channel.id}/join`));
      await ok(outsider.api.post(`/groups/${channel.id}/leave`));
    },
  },
  'put /groups/{id}/mute': {
    'a group, and then a mention': async ({ owner, member, group }) => {
      await ok(member.api.put(`/groups/${group.id}/mute`, { until: '2099-01-01T00:00:00.000Z' }));
      await owner.sendMessage(group.id, `@${member.username}, are you there?`);
    },
  },
  'put /groups/{id}/typing': {
    'for a while': ({ member, group }) => ok(member.api.put(`/groups/${group.id}/typing`, { isTyping: true })),
  },
  'post /groups/{id}/invites': { 'one that nobody uses': inviteCode },
  'delete /groups/{id}/invites/{code}': {
    'one that nobody used': async (scene) =>
      ok(scene.owner.api.delete(`/groups/${scene.group.id}/invites/${await inviteCode(scene)}`)),
  },
  'post /invites/{code}/accept': {
    'by a newcomer': async (scene) => ok(scene.outsider.api.post(`/invites/${await inviteCode(scene)}/accept`)),
    'by a member': async (scene) => ok(scene.member.api.post(`/invites/${await inviteCode(scene)}/accept`)),
  },
  'post /groups/{id}/messages': {
    'a message': ({ member, group }) => member.sendMessage(group.id),
    'the same one twice': async ({ member, group }) => {
      const request = { content: 'once', clientMessageId: 'once' };
      await ok(member.api.post(`/groups/${group.id}/messages`, request));
      await ok(member.api.post(`/groups/${group.id}/messages`, request));
    },
    'one that mentions': ({ owner, member, outsider, group }) =>
      owner.sendMessage(
        group.id,
        `@${member.username} and @${outsider.username}, who is not here, and @${owner.username}`,
      ),
    'one that mentions everyone': ({ owner, group }) => owner.sendMessage(group.id, '@all: listen'),
    'one that mentions who is here': ({ member, group }) => member.sendMessage(group.id, '@here: listen'),
    'one that would mention everyone if it might': ({ member, group }) => member.sendMessage(group.id, '@all: listen'),
    'a reply, and another': async ({ owner, member, group, message }) => {
      await member.sendMessage(group.id, 'one', { replyToId: message.id });
      await owner.sendMessage(group.id, 'two', { replyToId: message.id });
    },
    'a reply to a deleted one': ({ member, group, deleted }) =>
      member.sendMessage(group.id, 'to what was said', { replyToId: deleted.id }),
    'many at once': ({ owner, member, group }) =>
      Promise.all([owner, member, owner, member, owner].map((sender) => sender.sendMessage(group.id))),
  },
  'put /messages/{id}': {
    'another text': ({ owner, message }) => ok(owner.api.put(`/messages/${message.id}`, { content: 'other' })),
    'a mention': ({ owner, member, message }) =>
      ok(owner.api.put(`/messages/${message.id}`, { content: `@${member.username}!` })),
    'a mention of everyone, and none': async ({ owner, message }) => {
      await ok(owner.api.put(`/messages/${message.id}`, { content: '@all' }));
      await ok(owner.api.put(`/messages/${message.id}`, { content: 'nobody' }));
      await ok(owner.api.put(`/messages/${message.id}`, { content: '@all @here' }));
    },
    'the same text': ({ owner, message }) => ok(owner.api.put(`/messages/${message.id}`, { content: message.content })),
  },
  'delete /messages/{id}': {
    'by its author': ({ owner, message }) => ok(owner.api.delete(`/messages/${message.id}`)),
    'a reply': async ({ owner, member, group, message }) => {
      const { id } = await member.sendMessage(group.id, 'one', { replyToId: message.id });
      await owner.sendMessage(group.id, 'two', { replyToId: message.id });
      await ok(member.api.delete(`/messages/${id}`));
    },
    'for good': ({ admin, message }) => ok(admin.api.delete(`/messages/${message.id}?hard=true`)),
    'for good what was deleted before': async ({ admin, deleted }) => {
      await ok(admin.api.delete(`/messages/${deleted.id}?hard=true`));
      await ok(admin.api.delete(`/messages/${deleted.id}?hard=true`));
    },
    'for good a reply that was edited and pinned': async ({ owner, member, admin, group, message }) => {
      const { id } = await member.sendMessage(group.id, 'one', { replyToId: message.id });
      await ok(member.api.put(`/messages/${id}`, { content: 'other' }));
      await ok(owner.api.put(`/messages/${id}/pin`));
      await ok(admin.api.delete(`/messages/${id}?hard=true`));
    },
    'what was replied to': async ({ owner, member, group, message }) => {
      await member.sendMessage(group.id, 'one', { replyToId: message.id });
      await ok(owner.api.delete(`/messages/${message.id}`));
    },
    twice: async ({ owner, message }) => {
      await ok(owner.api.delete(`/messages/${message.id}`));
      await ok(owner.api.delete(`/messages/${message.id}`));
    },
  },
  'post /messages/{id}/restore': {
    'a deleted one': ({ owner, deleted }) => ok(owner.api.post(`/messages/${deleted.id}/restore`)),
    'a reply': async ({ member, group, message }) => {
      const { id } = await member.sendMessage(group.id, 'one', { replyToId: message.id });
      await ok(member.api.delete(`/messages/${id}`));
      await ok(member.api.post(`/messages/${id}/restore`));
    },
  },
  'put /messages/{id}/reactions/{emoji}': {
    'one more': ({ owner, message }) => ok(owner.api.put(reactionOf(message, '👍'))),
    'the same one twice': async ({ member, message }) => {
      await ok(member.api.put(reactionOf(message, '👍')));
      await ok(member.api.put(reactionOf(message, '👍')));
    },
    'one of a kind of its own': ({ member, message }) => ok(member.api.put(reactionOf(message, '🎉'))),
    'some by everyone at once': ({ owner, member, message }) =>
      Promise.all(
        ['👍', '🎉', '❤️'].flatMap((emoji) =>
          [owner, member].map(({ api }) => ok(api.put(reactionOf(message, emoji)))),
        ),
      ),
    'and then another text': async ({ owner, member, message }) => {
      await ok(member.api.put(reactionOf(message, '🎉')));
      await ok(owner.api.put(`/messages/${message.id}`, { content: 'other' }));
    },
  },
  'delete /messages/{id}/reactions/{emoji}': {
    'the only one': ({ member, message }) => ok(member.api.delete(reactionOf(message, '👍'))),
    'one of two': async ({ owner, member, message }) => {
      await ok(owner.api.put(reactionOf(message, '👍')));
      await ok(member.api.delete(reactionOf(message, '👍')));
    },
    'one that is not there': ({ owner, message }) => ok(owner.api.delete(reactionOf(message, '👍'))),
  },
  'put /messages/{id}/pin': {
    'a message': ({ owner, message }) => ok(owner.api.put(`/messages/${message.id}/pin`)),
    'the same one twice': async ({ owner, message }) => {
      await ok(owner.api.put(`/messages/${message.id}/pin`));
      await ok(owner.api.put(`/messages/${message.id}/pin`));
    },
    'and then deleted and restored': async ({ owner, group }) => {
      const { id } = await owner.sendMessage(group.id);
      await ok(owner.api.put(`/messages/${id}/pin`));
      await ok(owner.api.delete(`/messages/${id}`));
      await ok(owner.api.post(`/messages/${id}/restore`));
    },
    'and then another text': async ({ owner, message }) => {
      await ok(owner.api.put(`/messages/${message.id}/pin`));
      await ok(owner.api.put(`/messages/${message.id}`, { content: 'other' }));
    },
  },
  'delete /messages/{id}/pin': {
    'a pinned one': async ({ owner, message }) => {
      await ok(owner.api.put(`/messages/${message.id}/pin`));
      await ok(owner.api.delete(`/messages/${message.id}/pin`));
    },
    'one that is not pinned': ({ owner, message }) => ok(owner.api.delete(`/messages/${message.id}/pin`)),
  },
  'post /messages/{id}/read': {
    'a message of another': ({ member, message }) => ok(member.api.post(`/messages/${message.id}/read`)),
    'a deleted one': ({ member, deleted }) => ok(member.api.post(`/messages/${deleted.id}/read`)),
  },
};

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
    return { owner, member, outsider, admin, group, channel, message, deleted, socketOf };
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

  it('are the state after a whole story, in which every event that tells of the state occurs', async () => {
    const scene = await aScene();
    const { owner, member, outsider, group, message, deleted, socketOf } = scene;
    const before = await fetchState(owner);
    await ok(owner.api.put(`/groups/${group.id}/members/${outsider.id}`, {}));
    await ok(owner.api.put(`/groups/${group.id}/members/${outsider.id}`, { role: 'moderator' }));
    await ok(outsider.api.patch(`/groups/${group.id}`, { name: 'renamed' }));
    await outsider.sendMessage(group.id);
    await ok(owner.api.put(`/messages/${message.id}`, { content: 'edited' }));
    await ok(owner.api.post(`/messages/${deleted.id}/restore`));
    await ok(owner.api.put(`/groups/${group.id}/read`, { seq: 2 }));
    await ok(outsider.api.put(`/groups/${group.id}/delivered`, { seq: 4 }));
    await ok(outsider.api.put(reactionOf(deleted, '🎉')));
    await outsider.sendMessage(group.id, `@${owner.username}?`);
    await acknowledged(socketOf(member).send('presence', { presence: 'away' }));
    await ok(outsider.api.delete(`/messages/${message.id}`));
    await ok(owner.api.delete(`/groups/${group.id}/members/${member.id}`));
    const another = await outsider.createGroup({ memberIds: [owner.id, member.id] });
    await ok(outsider.api.delete(`/groups/${another.id}`));
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
    const { paths } = (await response.json()) as { paths: Record<string, Record<string, { tags?: string[] }>> };
    const found = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([method, { tags }]) => method !== 'get' && tags?.some((tag) => tagsOfGroups.includes(tag)))
        .map(([method]) => `${method} ${path.replace('/api/v1', '')}`),
    );
    expect(found.sort()).toEqual(Object.keys(routes).sort());
    expect(Object.keys(clientEvents).sort()).toEqual([...clientEventNames].sort());
  });
});

const tagsOfGroups = ['groups', 'members', 'invites', 'markers', 'messages'];

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
