import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Server } from 'socket.io';

import { ChatConnection } from './chat-connection.js';

const larger = 'x'.repeat(300_000);

/** Connected to a bare Socket.IO server, which the generator must speak with as `socket.io-client` would. */
describe('ChatConnection', () => {
  const http = createServer();
  const io = new Server(http, { maxHttpBufferSize: 1e6 });
  let url = '';

  beforeAll(async () => {
    io.use((socket, next) => {
      next(socket.handshake.auth['token'] === 'good' ? undefined : new Error('no such token'));
    });
    io.on('connection', (socket) => {
      socket.emit('connected', {});
      socket.on('message', ({ content }: { content: string }, acknowledge: (answer: object) => void) => {
        socket.emit('typing', {});
        socket.emit('new_message', { message: { content: content === 'larger' ? larger : content } });
        acknowledge(content === '' ? { ok: false, error: { status: 400 } } : { ok: true, data: { content } });
      });
    });
    await new Promise<void>((resolve) => {
      http.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });
  afterAll(() => io.close());

  async function connect(token = 'good') {
    const received: string[] = [];
    const connection = await ChatConnection.open(url, token, 'socket.io', {
      message: (bytes, start, end) => received.push(bytes.toString('utf8', start, end)),
      closed: () => undefined,
    });
    const send = (content: string) =>
      new Promise<{ isOk: boolean; answer: unknown }>((resolve) => {
        connection.emit('message', JSON.stringify({ content }), (isOk, text) => {
          resolve({ isOk, answer: JSON.parse(text()) });
        });
      });
    return { connection, received, send };
  }

  it('sends, is acknowledged and receives, and tells messages from other events', async () => {
    const { connection, received, send } = await connect();
    expect(await send('hello')).toEqual({ isOk: true, answer: { ok: true, data: { content: 'hello' } } });
    expect(received).toEqual(['42["new_message",{"message":{"content":"hello"}}]']);
    connection.drop();
  });

  it('tells a refusal from an acknowledgement', async () => {
    const { connection, send } = await connect();
    expect(await send('')).toEqual({ isOk: false, answer: { ok: false, error: { status: 400 } } });
    connection.drop();
  });

  it('keeps many sends apart', async () => {
    const { connection, received, send } = await connect();
    const contents = Array.from({ length: 500 }, (_, index) => `message ${index} `.padEnd(index, 'ü'));
    const answers = await Promise.all(contents.map(send));
    expect(answers.map(({ answer }) => (answer as { data: { content: string } }).data.content)).toEqual(contents);
    expect(received).toEqual(contents.map((content) => `42["new_message",{"message":{"content":"${content}"}}]`));
    connection.drop();
  });

  it('receives a frame that is larger than its buffer', async () => {
    const { connection, received, send } = await connect();
    await send('larger');
    expect(received[0]).toHaveLength(larger.length + '42["new_message",{"message":{"content":""}}]'.length);
    connection.drop();
  });

  it('says why it is refused', async () => {
    await expect(connect('bad')).rejects.toThrow('no such token');
  });
});
