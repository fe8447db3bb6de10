import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import express from 'express';

import { limits } from '../../../contract/limits.js';
import { timelyRequests } from './timely-requests.js';

describe('a request whose body does not come', () => {
  let server: Server;
  const limit: { timeoutMs: number } = limits.request;
  beforeAll(async () => {
    // The limit is half a minute: too long to wait for.
    jest.replaceProperty(limit, 'timeoutMs', 200);
    const app = express();
    app.use(timelyRequests(({ path }) => path === '/upload'));
    app.use((request, response) => {
      request.on('data', () => undefined).on('end', () => setTimeout(() => response.end('taken'), 400));
    });
    server = createServer(app).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterAll(() => {
    jest.restoreAllMocks();
    server.close();
  });

  /** Sends pieces of a request of four bytes, with a pause before each. */
  async function send(path: string, pieces: readonly string[], pauseMs: number): Promise<string> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\n`);
    for (const piece of pieces) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      socket.write(piece);
    }
    await closed;
    return answer;
  }

  it('is answered 408', async () => {
    expect(await send('/', ['a'], 10)).toMatch(/^HTTP\/1\.1 408 /);
    expect(await send('/', ['a', 'b', 'c', 'd'], 100)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is cut when it is an upload that pauses, and goes on as long as it does not', async () => {
    expect(await send('/upload', ['a'], 10)).toBe('');
    expect(await send('/upload', ['a', 'b', 'c', 'd'], 100)).toMatch(/taken$/);
  });

  it('has all the time to be answered once it is there', async () => {
    expect(await send('/', ['abcd'], 10)).toMatch(/taken$/);
  });
});
