/**
 * The Socket.IO server that one would write by hand. With `store`: the token is checked at the handshake, the rooms come
 * from a collection of memberships, and each message is one journaled insert before its acknowledgement and broadcast.
 * With `rooms`: bare Socket.IO, no database, the rooms stand in the token. No numbering, no idempotence, no catch-up.
 */
import { createSecretKey } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { JwtService } from '@nestjs/jwt';
import { mongo } from 'mongoose';
import { Server, type DefaultEventsMap } from 'socket.io';

import type { MessageView } from '../../contract/views.js';
import { announce, baselineArguments } from './arguments.js';
import { messageView } from './message-view.js';

interface Claims {
  sub: string;
  name: string;
  groups?: string[];
}

type Acknowledge = (answer: { ok: true; data: MessageView } | { ok: false; error: string }) => void;
interface Stored {
  _id: string;
  groupId: string;
  senderId: string;
  content: string;
  createdAt: Date;
}
type ClientEvents = Record<
  'message',
  (payload: { groupId: string; content: string }, acknowledge: Acknowledge) => void
>;
interface SocketData {
  claims: Claims;
}

const { mongodbUri, database, secret, isStoring, writeConcern } = baselineArguments();

const client = new mongo.MongoClient(mongodbUri, { writeConcern });
const messages = client.db(database).collection<Stored>('messages');
const memberships = client.db(database).collection<{ userId: string; groupId: string }>('memberships');

// A key object, not the string that one would pass: the check of a token then costs nothing that would flatter us.
const jwt = new JwtService({ secret: createSecretKey(Buffer.from(secret)) });
const http = createServer();
const io = new Server<ClientEvents, DefaultEventsMap, DefaultEventsMap, SocketData>(http);

io.use((socket, next) => {
  try {
    socket.data.claims = jwt.verify<Claims>(String(socket.handshake.auth['token']));
    next();
  } catch {
    next(new Error('unauthorized'));
  }
});

async function groupsOf({ sub, groups }: Claims): Promise<string[]> {
  if (!isStoring) return groups ?? [];
  return (await memberships.find({ userId: sub }).toArray()).map(({ groupId }) => groupId);
}

async function accept({ sub, name }: Claims, groupId: string, content: string): Promise<MessageView> {
  const message = messageView(groupId, sub, name, content);
  if (isStoring) {
    const { id, createdAt } = message;
    await messages.insertOne({ _id: id, groupId, senderId: sub, content, createdAt: new Date(createdAt) });
  }
  io.to(groupId).emit('new_message', { message });
  return message;
}

io.on('connection', (socket) => {
  const { claims } = socket.data;
  groupsOf(claims)
    .then(async (groups) => {
      await socket.join(groups);
      socket.emit('connected', { userId: claims.sub, groups });
    })
    .catch(() => socket.disconnect(true));

  socket.on('message', ({ groupId, content }, acknowledge) => {
    if (!socket.rooms.has(groupId)) {
      acknowledge({ ok: false, error: 'not a member' });
      return;
    }
    accept(claims, groupId, content).then(
      (data) => acknowledge({ ok: true, data }),
      (error: unknown) => acknowledge({ ok: false, error: String(error) }),
    );
  });
});

if (isStoring) {
  await messages.createIndexes([{ key: { groupId: 1, createdAt: 1 } }]);
  await memberships.createIndexes([{ key: { userId: 1 } }]);
}
http.listen(0, '127.0.0.1', () => {
  announce((http.address() as AddressInfo).port);
});
