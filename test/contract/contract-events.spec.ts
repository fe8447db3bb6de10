import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { clientEventNames, serverEventNames, type ServerEventName } from '../../contract/events.js';
import { limits } from '../../contract/limits.js';
import type { AttachmentView } from '../../contract/attachment-views.js';
import type { MessageView } from '../../contract/views.js';
import type { DomainEventMap, DomainEventName } from '../../src/common/domain-events.js';
import { newEpoch, newGroupId, newMessageId, newSessionId, newUserId } from '../../src/common/ids.js';
import type { GroupRecord } from '../../src/groups/group.schema.js';
import { broadcastOf, broadcasts } from '../../src/realtime/broadcasts.js';
import { ChatGateway } from '../../src/realtime/chat.gateway.js';
import { SchemaCompiler } from '../support/openapi-schema.js';
import { aPerson } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import type { OpenApiDocument } from '../support/validate-answer.js';

/** The key under which Nest keeps what `@SubscribeMessage` was given. */
const eventOfHandler = 'message';

/** What is sent otherwise than because of a domain event: on connecting, for an answer, or of those who are connected. */
const sentOtherwise: readonly ServerEventName[] = [
  'connected',
  'error',
  'offline_message',
  'pong',
  'presence',
  'token_expiring',
  'typing',
  'user_joined',
  'user_left',
];

const [groupId, userId, mentionedId, sessionId] = [newGroupId(), newUserId(), newUserId(), newSessionId()];
const group: GroupRecord = {
  _id: groupId,
  kind: 'group',
  name: 'Engines',
  nameKey: null,
  searchKey: null,
  directKey: null,
  description: '',
  createdBy: userId,
  memberCount: 1,
  epoch: newEpoch(),
  createdAt: new Date(0),
  updatedAt: new Date(0),
  deletedAt: null,
};
const mentions = [mentionedId, userId];
const message = { id: newMessageId(), groupId, senderId: userId, mentions, seq: 1, rev: 2 } as unknown as MessageView;
const member = { groupId, userId, role: 'member', by: userId, memberCount: 1 } as const;

const attachment = { id: newMessageId(), uploaderId: userId } as unknown as AttachmentView;
const marker = { groupId, userId, seq: 1, at: new Date(0).toISOString() };

/** One of each; complete by type. */
const samples: { [Name in DomainEventName]: DomainEventMap[Name] } = {
  'message.created': { message, mentioned: [mentionedId] },
  'message.edited': { message },
  'message.restored': { message },
  'message.deleted': { message, deletedBy: userId },
  'message.files_changed': { message },
  'attachment.updated': { attachment },
  'group.created': { group, memberIds: [userId] },
  'group.updated': { group },
  'group.deleted': { groupId },
  'member.added': member,
  'member.removed': member,
  'member.updated': member,
  'message.reacted': { message, reaction: { userId, emoji: '👍', isAdded: true } },
  'message.pinned': { message, pin: { userId, isPinned: true } },
  'marker.read': { marker, memberCount: 1 },
  'marker.delivered': { marker, memberCount: 1 },
  'session.ended': { sessionId, userId, reason: 'logout' },
  'observatory.changed': {
    channel: 'system',
    event: 'observatory.state',
    data: { state: 'watching' },
    timestamp: new Date(0).toISOString(),
  },
};

function sentFor(name: DomainEventName): { room: string; event: ServerEventName }[] {
  return (broadcastOf(name, samples[name]).send ?? []).flatMap(({ to, wire }) => {
    const audience = typeof to === 'string' ? [to] : to.userIds.map((userId) => `user:${userId}`);
    return audience.map((room) => ({ room, event: wire.event }));
  });
}

/** The one whom an event is for: a group, but for these two. */
function audienceOf(event: ServerEventName): string {
  if (event === 'session_revoked') return sessionId;
  if (event === 'attachment_updated') return userId;
  return event === 'mention' ? mentionedId : groupId;
}

describe('the realtime contract', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it('has a handler for each client event, and no handler for anything else', () => {
    const handlers = Object.values(Object.getOwnPropertyDescriptors(ChatGateway.prototype)).flatMap(({ value }) => {
      const event = Reflect.getMetadata(eventOfHandler, value as object) as string | undefined;
      return event === undefined ? [] : [event];
    });
    expect(handlers.sort()).toEqual([...clientEventNames].sort());
  });

  it('sends each server event for a domain event, or is known to send it otherwise', () => {
    const names = Object.keys(broadcasts) as DomainEventName[];
    const sent = names.flatMap((name) => sentFor(name).map(({ event }) => event));
    expect([...new Set([...sent, ...sentOtherwise])].sort()).toEqual([...serverEventNames].sort());
    expect(sent.filter((event) => sentOtherwise.includes(event))).toEqual([]);
  });

  it('tells of everything that happens in a group only those who are in it, and of a session or a mention only whom it concerns', () => {
    const names = Object.keys(broadcasts) as DomainEventName[];
    const sent = names.filter((name) => name !== 'observatory.changed').flatMap((name) => sentFor(name));
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter(({ room, event }) => !room.endsWith(`:${audienceOf(event)}`))).toEqual([]);
  });

  it('tells of what transcripts say only those who subscribed to the channel', () => {
    expect(sentFor('observatory.changed')).toEqual([{ room: 'system', event: 'broadcast' }]);
  });

  it('tells those who are mentioned of it, while they are members', () => {
    const [, mention] = broadcastOf('message.created', samples['message.created']).send ?? [];
    expect(mention?.to).toEqual({ groupId, userIds: [mentionedId], from: userId });
    expect(sentFor('message.created').filter(({ event }) => event === 'mention')).toEqual([
      { room: `user:${mentionedId}`, event: 'mention' },
    ]);
  });

  it('answers every client event with an ack and never with silence, whatever its payload', async () => {
    const ada = await aPerson(app);
    for (const event of clientEventNames) {
      const socket = await ada.connect();
      const ack = await socket.sendRaw(event, { nonsense: true });
      expect({ event, ack }).toMatchObject({
        event,
        ack: { ok: false, error: { code: 'validation_failed', instance: event } },
      });
      socket.close();
    }
  });

  it('sends messages and markers over sockets as REST documents them', async () => {
    const document = (await (await fetch(`${app.url}/docs/openapi.json`)).json()) as OpenApiDocument;
    const schemas = new SchemaCompiler(document.components.schemas);
    const faultsOf = (schema: string, value: unknown) =>
      schemas.faultsOf({ $ref: `#/components/schemas/${schema}` }, value);
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const { id } = await ada.createGroup({ memberIds: [bob.id] });
    const socket = await bob.connect();

    const sent = await ada.sendMessage(id);
    await ada.api.put(`/messages/${sent.id}`, { content: 'other' });
    await ada.api.put(`/groups/${id}/read`, { seq: 1 });

    expect(faultsOf('Message', (await socket.next('new_message')).message)).toEqual([]);
    expect(faultsOf('Message', (await socket.next('message_updated')).message)).toEqual([]);
    expect(faultsOf('Marker', await socket.next('read'))).toEqual([]);
    bob.disconnect();
  });

  it('shows at /limits the limits that the contract states', async () => {
    const ada = await aPerson(app);
    expect((await ada.api.get<{ limits: unknown }>('/limits')).body.limits).toEqual(limits);
  });
});
