import { describe, expect, it } from '@jest/globals';

import type { ConfabClient, MessageView } from '../../client/src/index.js';
import { Receipts } from './receipts.js';

describe('Receipts', () => {
  const message = { seq: 5, status: 'sent' } as MessageView;

  /** The one part of the client that is needed; an answer comes when the test says so. */
  function aClient() {
    const listeners = new Map<string, (payload: object) => void>();
    const answers: ((readSeq: number) => void)[] = [];
    const client = {
      userId: 'ada',
      on: (name: string, listener: (payload: object) => void) => {
        listeners.set(name, listener);
        return () => listeners.delete(name);
      },
      api: {
        get: () =>
          new Promise((resolve) => {
            answers.push((readSeq) => {
              const states = ['ada', 'bob'].map((userId) => ({ userId, deliveredSeq: readSeq, readSeq }));
              resolve({ items: states, hasMore: false, nextCursor: null });
            });
          }),
      },
    } as unknown as ConfabClient;
    const tell = (name: string, payload: object) => listeners.get(name)?.(payload);
    return { client, tell, answer: (readSeq: number) => answers.shift()?.(readSeq) };
  }
  const changed = (receipts: Receipts) =>
    new Promise((resolve) => {
      receipts.addEventListener('change', resolve, { once: true });
    });

  it('keeps what an event told while the markers were asked for', async () => {
    const { client, tell, answer } = aClient();
    const receipts = new Receipts(client, 'here', false);
    tell('read', { groupId: 'here', userId: 'bob', seq: 5 });
    expect(receipts.statusOf(message)).toBe('read');
    const loaded = changed(receipts);
    answer(3);
    await loaded;
    expect(receipts.statusOf(message)).toBe('read');
  });

  it('begins anew when the log is another one', async () => {
    const { client, tell, answer } = aClient();
    const receipts = new Receipts(client, 'here', false);
    const loaded = changed(receipts);
    answer(9);
    await loaded;
    tell('group_reset', { groupId: 'here' });
    const again = changed(receipts);
    answer(1);
    await again;
    expect(receipts.statusOf(message)).toBe('sent');
  });
});
