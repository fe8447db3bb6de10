import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { closeCodes } from '../../contract/close-codes.js';
import { serverEventNames, type Ack, type ClientEventName, type ClientEvents } from '../../contract/events.js';
import { anAdmin } from '../support/admin.js';
import { eventually } from '../support/eventually.js';
import { aPicture, upload } from '../support/upload.js';
import { aPerson, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { TestSocket } from '../support/test-socket.js';
import { eventValidatorOf, type EventValidator } from '../support/validate-event.js';

interface Received {
  event: string;
  payload: Record<string, unknown>;
}

/** A client of either transport that holds all that arrives against the documentation. */
interface CheckedClient {
  readonly received: Received[];
  /** Sends an event and waits for its acknowledgement. */
  send<Name extends ClientEventName>(
    event: Name,
    payload: ClientEvents[Name]['payload'],
  ): Promise<Ack<ClientEvents[Name]['data']>>;
  /** Sends an event without asking for an acknowledgement. */
  sendOff(event: string, payload: object): void;
  /** Holds everything that arrived against its documented schema. */
  check(): void;
  closed(): Promise<number | undefined>;
  close(): void;
}

type Connect = (app: TestApp, token: string) => Promise<CheckedClient>;

const connectSocketIo: Connect = async (app, token) => {
  const validator = await eventValidatorOf(app.url);
  const client = await TestSocket.connect(app.url, token);
  return {
    received: client.received as unknown as Received[],
    send: async (event, payload) => {
      const answer = await client.send(event, payload);
      validator.assertAck(event, answer);
      return answer;
    },
    sendOff: (event, payload) => {
      (client.socket as unknown as { emit: (event: string, payload: object) => void }).emit(event, payload);
    },
    check: () => {
      for (const { event, payload } of client.received) validator.assertEvent(event, payload);
    },
    closed: async () => {
      await eventually(() => client.socket.disconnected);
      return undefined;
    },
    close: () => {
      client.close();
    },
  };
};

const connectPlain: Connect = async (app, token) => {
  const client = new PlainClient(app.url, token, await eventValidatorOf(app.url));
  await eventually(() => client.received.some(({ event }) => event === 'connected'));
  return client;
};

/** Speaks only what the documentation says of plain WebSocket. */
class PlainClient implements CheckedClient {
  readonly received: Received[] = [];
  private readonly frames: { type: string }[] = [];
  private readonly acks = new Map<unknown, unknown>();
  private readonly socket: WebSocket;
  private closeCode: number | undefined;
  private lastId = 0;

  constructor(
    url: string,
    token: string,
    private readonly validator: EventValidator,
  ) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, ['confab.v1', `bearer.${token}`]);
    this.socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(data as string) as { type: string; id?: unknown };
      if (frame.type === 'ack') {
        this.acks.set(frame.id, frame);
        return;
      }
      const { type: event, ...payload } = frame;
      this.frames.push(frame);
      this.received.push({ event, payload });
    });
    this.socket.addEventListener('close', ({ code }) => {
      this.closeCode = code;
    });
  }

  async send<Name extends ClientEventName>(
    event: Name,
    payload: ClientEvents[Name]['payload'],
  ): Promise<Ack<ClientEvents[Name]['data']>> {
    const id = (this.lastId += 1);
    const frame = { type: event, id, ...payload };
    this.validator.assert(`frame.client.${event}`, frame);
    this.socket.send(JSON.stringify(frame));
    const answer = await eventually(() => this.acks.get(id));
    this.validator.assertAckFrame(event, answer);
    return answer as Ack<ClientEvents[Name]['data']>;
  }

  sendOff(event: string, payload: object): void {
    this.socket.send(JSON.stringify({ type: event, ...payload }));
  }

  check(): void {
    for (const frame of this.frames) this.validator.assertFrame(frame);
  }

  closed(): Promise<number> {
    return eventually(() => this.closeCode);
  }

  close(): void {
    this.socket.close();
  }
}

describe.each([
  { transport: 'Socket.IO', connect: connectSocketIo, closeCode: undefined },
  { transport: 'plain WebSocket', connect: connectPlain, closeCode: closeCodes.session_revoked },
])('what a client receives over $transport', ({ connect, closeCode }) => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  let carol: Person;
  const clients: CheckedClient[] = [];

  beforeAll(async () => {
    // So short that `token_expiring`, which comes a minute before the end, comes at once.
    app = await startTestApp({ ACCESS_TOKEN_TTL: '59s' });
    [ada, bob, carol] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    for (const person of [ada, bob, carol]) person.disconnect();
    await app.stop();
  });

  const connected = async (person: Person): Promise<CheckedClient> => {
    const client = await connect(app, person.tokens.accessToken);
    clients.push(client);
    return client;
  };
  const seen = (
    client: CheckedClient,
    event: string,
    matches: (payload: Received['payload']) => boolean = () => true,
  ) => eventually(() => client.received.find((one) => one.event === event && matches(one.payload)));

  it('is as documented: each acknowledgement of a client event', async () => {
    const group = await ada.createGroup({ memberIds: [bob.id] });
    const groupId = group.id;
    const [writer, reader] = await Promise.all([connected(bob), connected(bob)]);

    const sent = await writer.send('message', { groupId, content: `Hello @${ada.username}`, clientMessageId: 'one' });
    if (!sent.ok) throw new Error(sent.error.detail);
    const { id: messageId } = sent.data;
    const answers = {
      edit_message: await writer.send('edit_message', { messageId, content: 'Hello' }),
      react: await writer.send('react', { messageId, emoji: '👍' }),
      delete_message: await writer.send('delete_message', { messageId }),
      restore_message: await writer.send('restore_message', { messageId }),
      typing: await writer.send('typing', { groupId }),
      read: await writer.send('read', { groupId, seq: 1 }),
      delivered: await writer.send('delivered', { groupId, seq: 1 }),
      // Another connection: ten events a second are what one may send.
      sync: await reader.send('sync', { groups: { [groupId]: { rev: 0, epoch: group.epoch } } }),
      overview: await reader.send('sync', {}),
      subscribe: await reader.send('subscribe', { channel: `group:${groupId}`, history: 1 }),
      unsubscribe: await reader.send('unsubscribe', { channel: `group:${groupId}` }),
      presence: await reader.send('presence', { presence: 'away', statusText: null }),
      authenticate: await reader.send('authenticate', { token: bob.tokens.accessToken }),
      ping: await reader.send('ping', {}),
      pong: await reader.send('pong', { timestamp: 1 }),
    };
    for (const [event, answer] of Object.entries(answers))
      expect({ event, ok: answer.ok }).toEqual({ event, ok: true });

    const refused = await reader.send('read', { groupId: messageId, seq: 1 });
    expect(refused.ok).toBe(false);
    writer.check();
    reader.check();
  });

  it('is as documented: every event that the server sends', async () => {
    const group = await ada.createGroup({ memberIds: [bob.id] });
    const groupId = group.id;
    await ada.sendMessage(groupId, 'While you were away');
    const listener = await connected(bob);
    await seen(listener, 'offline_message');
    await seen(listener, 'token_expiring');

    await upload(bob, groupId, aPicture());
    await seen(listener, 'attachment_updated');

    // Messages of someone else, and of someone with a transport of his own.
    const message = await ada.sendMessage(groupId, `Hello @${bob.username}`);
    await ada.api.put(`/messages/${message.id}`, { content: 'Hello' });
    await ada.api.put(`/messages/${message.id}/reactions/${encodeURIComponent('👍')}`);
    await ada.api.delete(`/messages/${message.id}`);
    const adasSocket = await ada.connect();
    await adasSocket.send('typing', { groupId });
    await adasSocket.send('delivered', { groupId, seq: 2 });
    await adasSocket.send('read', { groupId, seq: 2 });
    await adasSocket.send('presence', { presence: 'dnd', statusText: 'Busy' });

    // Members come, rise and go, with their connections.
    await ada.api.put(`/groups/${groupId}/members/${carol.id}`, {});
    const carolsSocket = await carol.connect();
    await seen(listener, 'user_joined', ({ userId }) => userId === carol.id);
    carolsSocket.close();
    await seen(listener, 'user_left', ({ userId }) => userId === carol.id);
    await seen(listener, 'presence', ({ userId, presence }) => userId === carol.id && presence === 'offline');
    await ada.api.put(`/groups/${groupId}/members/${carol.id}`, { role: 'moderator' });
    await ada.api.delete(`/groups/${groupId}/members/${carol.id}`);

    const other = await ada.createGroup({ memberIds: [bob.id] });
    await ada.api.patch(`/groups/${other.id}`, { description: 'For a while' });
    await ada.api.delete(`/groups/${other.id}`);
    await seen(listener, 'group_deleted');

    listener.sendOff('ping', { timestamp: 1 });
    listener.sendOff('nonsense', {});
    await seen(listener, 'error');
    await listener.send('subscribe', { channel: 'observatory:projects' });
    const admin = await anAdmin(app);
    await admin.api.post('/projects', { path: '/srv/engine' });
    await seen(listener, 'broadcast', ({ channel }) => channel === 'observatory:projects');
    const second = await bob.logInAgain();
    const loggedOut = await connected(second);
    await second.api.post('/auth/logout');
    expect(await loggedOut.closed()).toBe(closeCode);
    await seen(loggedOut, 'session_revoked');
    await seen(listener, 'presence', ({ presence }) => presence === 'dnd');

    const events = new Set([...listener.received, ...loggedOut.received].map(({ event }) => event));
    expect([...events].sort()).toEqual([...serverEventNames].sort());
    const reaction = await seen(listener, 'message_updated', ({ reaction }) => reaction !== undefined);
    expect(reaction.payload).toMatchObject({ reaction: { userId: ada.id, emoji: '👍', isAdded: true } });
    listener.check();
    loggedOut.check();
  });

  it('is checked at all: a field that is not documented is a fault', async () => {
    const validator = await eventValidatorOf(app.url);
    expect(() => {
      validator.assertEvent('pong', { timestamp: 1, surprise: true });
    }).toThrow('additional properties');
    expect(() => {
      validator.assertFrame({ type: 'pong' });
    }).toThrow("required property 'timestamp'");
    expect(() => {
      validator.assertEvent('nonsense', {});
    }).toThrow('not documented');
  });
});

describe('a refused handshake of Socket.IO', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  it('carries the problem that is documented', async () => {
    const validator = await eventValidatorOf(app.url);
    const problem = await TestSocket.refused(app.url, 'not a token');
    expect(problem.code).toBe('unauthenticated');
    validator.assertConnectError(problem);
  });
});
