// Two people meet on a running server: register, open a channel, join it, talk. As a client would do it, with nothing
// but the address: event names and paths are spelled here on purpose, so that a change of them cannot go unseen.
//
//   node scripts/smoke.mjs http://127.0.0.1:3000
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { io } from 'socket.io-client';

const TIMEOUT_MS = 10_000;
const address = process.argv[2];
if (!address) {
  console.error('usage: node scripts/smoke.mjs <address of the server>');
  process.exit(2);
}
const run = randomBytes(4).toString('hex');

const post = async (path, body, token) => {
  const response = await fetch(`${address}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  assert.ok(response.ok, `POST ${path} answered ${String(response.status)}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
};

const next = async (socket, event) => {
  const [payload] = await once(socket, event, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return payload;
};

const register = async (name) => {
  const username = `${name}_${run}`;
  const { accessToken } = await post('/auth/register', {
    username,
    email: `${username}@example.org`,
    password: randomBytes(12).toString('base64url'),
  });
  assert.equal(typeof accessToken, 'string');
  return accessToken;
};

const connect = async (token) => {
  const socket = io(address, {
    transports: ['websocket'],
    auth: { token },
    reconnection: false,
    forceNew: true,
    ackTimeout: TIMEOUT_MS,
  });
  // `connect_error` makes `once` throw only under the name `error`.
  socket.on('connect_error', (error) => {
    console.error('connect_error', error.message, error.data);
  });
  await next(socket, 'connected');
  return socket;
};

const ada = await register('ada');
const ben = await register('ben');
const { id: groupId } = await post('/groups', { kind: 'channel', name: `smoke ${run}` }, ada);
await post(`/groups/${groupId}/join`, {}, ben);

const [adasSocket, bensSocket] = await Promise.all([connect(ada), connect(ben)]);
try {
  const content = `Is anyone here? ${run}`;
  const received = next(bensSocket, 'new_message');
  const ack = await adasSocket.emitWithAck('message', { groupId, content });
  assert.equal(ack.ok, true, `the message was refused: ${JSON.stringify(ack)}`);
  const { message } = await received;
  assert.equal(message.content, content);
  assert.equal(message.id, ack.data.id);
  console.log(`Smoke test: a message went from one client to another over ${address}`);
} finally {
  adasSocket.disconnect();
  bensSocket.disconnect();
}
