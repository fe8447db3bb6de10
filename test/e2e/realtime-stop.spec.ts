import { randomUUID } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import type { PublicUserView } from '../../contract/views.js';
import { aPerson, Person } from '../support/people.js';
import { startTestApp } from '../support/test-app.js';

describe('a server that stops with open connections', () => {
  it('remembers when their users were last seen', async () => {
    const shared = {
      DATABASE_NAME: `t-${randomUUID().slice(0, 30)}`,
      JWT_SECRET: 'a secret that both servers have in common',
    };
    const first = await startTestApp(shared);
    const [ada, bob] = await Promise.all([aPerson(first), aPerson(first)]);
    const socket = await ada.connect();
    await socket.settled();
    await first.stopKeepingData();

    const second = await startTestApp(shared);
    const reader = new Person(second, bob.user, bob.password, bob.tokens);
    const { body } = await reader.api.get<PublicUserView>(`/users/${ada.id}`);
    expect(body).toMatchObject({ presence: 'offline', lastSeenAt: expect.any(String) });
    await second.stop();
  });
});
