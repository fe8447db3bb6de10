import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { MessageView } from '../../contract/views.js';
import { Outbox, type OutgoingMessage } from './outbox.js';
import { ProblemError } from './problem-error.js';

/** What becomes of one attempt to send: the answer, whether the message was stored, and what is heard of it. */
type Attempt = 'stored' | 'answer lost' | 'not stored' | 'unavailable' | 'connection lost' | 'refused';

/** A server that stores a message once for each `clientMessageId`, behind a network that does what it is told. */
class UnreliableServer {
  readonly log: OutgoingMessage[] = [];
  outbox: Outbox | undefined;

  constructor(private readonly attempts: Attempt[]) {}

  readonly transmit = async (message: OutgoingMessage): Promise<MessageView> => {
    await Promise.resolve();
    const attempt = this.attempts.shift() ?? 'stored';
    if (attempt === 'refused') throw ProblemError.known('forbidden', 'no');
    if (attempt === 'unavailable') throw ProblemError.known('unavailable', 'later');
    if (attempt !== 'not stored') this.store(message);
    if (attempt === 'connection lost') {
      this.outbox?.pause();
      setTimeout(() => this.outbox?.resume());
      throw ProblemError.local('disconnected');
    }
    if (attempt !== 'stored') throw ProblemError.local('no_answer');
    return { id: message.clientMessageId } as MessageView;
  };

  private store(message: OutgoingMessage): void {
    const isKnown = this.log.some(({ clientMessageId }) => clientMessageId === message.clientMessageId);
    if (!isKnown) this.log.push(message);
  }
}

function outboxTo(attempts: Attempt[], maxQueued = 1000): { outbox: Outbox; server: UnreliableServer } {
  const server = new UnreliableServer(attempts);
  // An aborted signal makes every wait a short one: time is not what these tests are about.
  const outbox = new Outbox({ maxQueued, signal: AbortSignal.abort(), transmit: server.transmit });
  server.outbox = outbox;
  return { outbox, server };
}

const aMessage = (id: string, groupId = 'g'): OutgoingMessage => ({ groupId, content: id, clientMessageId: id });

describe('Outbox', () => {
  it('stores every message once and in the order of each group, whatever happens on the way', async () => {
    const attempts = fc.array(
      fc.constantFrom<Attempt>('stored', 'answer lost', 'not stored', 'unavailable', 'connection lost'),
      { maxLength: 40 },
    );
    const groups = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(attempts, groups, async (happening, groupIds) => {
        const { outbox, server } = outboxTo([...happening]);
        outbox.resume();
        const messages = groupIds.map((groupId, index) => aMessage(`m${index}`, groupId));
        const stored = await Promise.all(messages.map((message) => outbox.send(message)));
        expect(stored.map(({ id }) => id)).toEqual(messages.map(({ clientMessageId }) => clientMessageId));
        for (const groupId of ['a', 'b', 'c']) {
          const sent = messages.filter((message) => message.groupId === groupId);
          expect(server.log.filter((message) => message.groupId === groupId)).toEqual(sent);
          expect(outbox.pendingOf(groupId)).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('keeps messages until there is a connection', async () => {
    const { outbox, server } = outboxTo([]);
    const sent = [outbox.send(aMessage('one')), outbox.send(aMessage('two'))];
    await Promise.resolve();
    expect(server.log).toEqual([]);
    expect(outbox.pendingOf('g').map(({ content }) => content)).toEqual(['one', 'two']);
    outbox.resume();
    await Promise.all(sent);
    expect(server.log.map(({ content }) => content)).toEqual(['one', 'two']);
  });

  it('gives a message up when the server refuses it, and goes on with the next', async () => {
    const { outbox, server } = outboxTo(['refused']);
    outbox.resume();
    const [first, second] = await Promise.allSettled([outbox.send(aMessage('one')), outbox.send(aMessage('two'))]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'forbidden', status: 403 } });
    expect(second.status).toBe('fulfilled');
    expect(server.log.map(({ content }) => content)).toEqual(['two']);
  });

  it('takes no more messages than it may hold, and takes some again when others are through', async () => {
    const { outbox } = outboxTo([], 2);
    const sent = [outbox.send(aMessage('one')), outbox.send(aMessage('two', 'other'))];
    await expect(outbox.send(aMessage('three'))).rejects.toMatchObject({ code: 'queue_full' });
    outbox.resume();
    await Promise.all(sent);
    await expect(outbox.send(aMessage('four'))).resolves.toMatchObject({ id: 'four' });
  });

  it('refuses what waits, and everything after that, when it ends', async () => {
    const { outbox } = outboxTo([]);
    const waiting = outbox.send(aMessage('one'));
    outbox.end(ProblemError.local('closed'));
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await expect(outbox.send(aMessage('two'))).rejects.toMatchObject({ code: 'closed' });
  });
});
