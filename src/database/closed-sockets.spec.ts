import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

import { afterAll, beforeAll, expect, describe, it } from '@jest/globals';
import { mongo } from 'mongoose';

import { wakeWritersOfClosedSockets } from './closed-sockets.js';

describe('wakeWritersOfClosedSockets', () => {
  const sockets: Socket[] = [];
  const remember = (message: unknown) => {
    sockets.push((message as { socket: Socket }).socket);
  };
  let client: mongo.MongoClient;
  let stop: () => void;

  beforeAll(async () => {
    stop = wakeWritersOfClosedSockets();
    subscribe('net.client.socket', remember);
    client = await new mongo.MongoClient(process.env['CONFAB_TEST_MONGODB_URI']!).connect();
  });
  afterAll(async () => {
    unsubscribe('net.client.socket', remember);
    await client.close();
    stop();
  });

  it('fails a command that is written to a connection in the moment in which it breaks, and the next one works', async () => {
    const admin = client.db('admin');
    await admin.command({ ping: 1 });

    for (const socket of sockets) socket.destroy();
    await expect(admin.command({ ping: 1 })).rejects.toThrow(/closed/);

    expect(await admin.command({ ping: 1 })).toMatchObject({ ok: 1 });
  });
});
