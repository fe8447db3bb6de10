import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { serverChannels } from '../../contract/events.js';
import { eventually } from '../support/eventually.js';
import { aPerson } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accepted, transports } from '../support/transports.js';

describe.each(transports)('what a client subscribes to over %s', (_name, connect) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const aTable = async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    const [group, other] = await Promise.all([1, 2].map(() => ada.createGroup({ memberIds: [bob.id] })));
    const adas = await connect(ada);
    const bobs = await connect(bob);
    for (const { id } of [group!, other!]) {
      await adas.next('user_joined', ({ groupId, userId }) => groupId === id && userId === bob.id);
    }
    return { ada, bob, adas, bobs, group: group!.id, other: other!.id };
  };

  it('is all its groups at first, and less when it says so', async () => {
    const { ada, bob, adas, bobs, group, other } = await aTable();
    const { channels } = accepted(await bobs.send('unsubscribe', { channel: `group:${group}` }));
    expect(channels).toEqual([`group:${other}`]);
    await ada.sendMessage(group);
    const heard = await ada.sendMessage(other);
    await bobs.settled();
    expect(bobs.all('new_message').map(({ message }) => message.id)).toEqual([heard.id]);
    // To others he looks gone from there, and is a member as ever.
    expect(await adas.next('user_left')).toMatchObject({ groupId: group, userId: bob.id });
    expect((await bob.sendMessage(group)).seq).toBe(2);
    for (const person of [ada, bob]) person.disconnect();
  });

  it('comes back with so much history as it asks for, before anything live and nothing twice', async () => {
    const { ada, bob, adas, bobs, group } = await aTable();
    accepted(await bobs.send('unsubscribe', { channel: `group:${group}` }));
    for (let count = 1; count <= 5; count += 1) await ada.sendMessage(group, `missed ${count}`);
    const over = new AbortController();
    const writing = (async () => {
      let last = '';
      while (!over.signal.aborted)
        last = accepted(await adas.send('message', { groupId: group, content: 'meanwhile' })).id;
      return last;
    })();
    const answers = await Promise.all([
      bobs.send('subscribe', { channel: `group:${group}`, history: 3 }),
      bobs.send('subscribe', { channel: `group:${group}`, history: 3 }),
    ]);
    over.abort();
    const last = await writing;
    // The last one may have come early enough to be history.
    const heard = () => [...bobs.all('new_message'), ...bobs.all('offline_message')];
    await eventually(() => heard().some(({ message }) => message.id === last));
    for (const answer of answers) expect(accepted(answer).channels).toContain(`group:${group}`);
    // Each asked for three, and got them.
    expect(bobs.all('offline_message')).toHaveLength(6);
    const old = bobs.all('offline_message').map(({ message }) => message.seq);
    const live = bobs.all('new_message').map(({ message }) => message.seq);
    expect(old.slice(0, 3)).toEqual([old[0]!, old[0]! + 1, old[0]! + 2]);
    // The second history repeats what was asked for twice; nothing else comes twice, and nothing is missing.
    expect(live).toEqual([...new Set(live)].sort((a, b) => a - b));
    expect(live.filter((seq) => old.slice(0, 3).includes(seq))).toEqual([]);
    const all = [...new Set([...old, ...live])].sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: all.at(-1)! - old[0]! + 1 }, (_, index) => old[0]! + index));
    for (const person of [ada, bob]) person.disconnect();
  });

  it('changes nothing for the others when it has the group already', async () => {
    const { ada, bob, adas, bobs, group } = await aTable();
    const joined = adas.all('user_joined').length;
    accepted(await bobs.send('subscribe', { channel: `group:${group}`, history: 5 }));
    accepted(await bobs.send('subscribe', { channel: `group:${group}` }));
    accepted(await bobs.send('unsubscribe', { channel: `group:${randomUUID()}` }));
    await ada.sendMessage(group);
    await bobs.next('new_message');
    await adas.settled();
    expect(adas.all('user_joined')).toHaveLength(joined);
    expect(bobs.all('new_message')).toHaveLength(1);
    for (const person of [ada, bob]) person.disconnect();
  });

  it('may be the server’s own channels', async () => {
    const { ada, bob, bobs, group, other } = await aTable();
    for (const channel of serverChannels) accepted(await bobs.send('subscribe', { channel }));
    const { channels } = accepted(await bobs.send('unsubscribe', { channel: 'system' }));
    const left = serverChannels.filter((channel) => channel !== 'system');
    expect(channels.toSorted()).toEqual([...left, `group:${group}`, `group:${other}`].toSorted());
    for (const person of [ada, bob]) person.disconnect();
  });

  it('is no group that is not its user’s, and no room of the server’s', async () => {
    const { ada, bob, bobs, group } = await aTable();
    const foreign = await (await aPerson(app)).createGroup({ kind: 'channel' });
    const subscribe = (channel: string) => bobs.send('subscribe', { channel, history: 10 });
    expect(await subscribe(`group:${foreign.id}`)).toMatchObject({ ok: false, error: { code: 'not_a_member' } });
    expect(await subscribe(`group:${randomUUID()}`)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    for (const channel of [`user:${ada.id}`, 'held', `session:${randomUUID()}`, 'group:', group]) {
      expect(await subscribe(channel)).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
    }
    await bobs.settled();
    expect(bobs.all('offline_message')).toEqual([]);
    for (const person of [ada, bob]) person.disconnect();
  });

  it('ends with the membership, whenever it began', async () => {
    const { ada, bob, bobs } = await aTable();
    for (let round = 1; round <= 5; round += 1) {
      const { id } = await ada.createGroup({ memberIds: [bob.id] });
      await ada.sendMessage(id);
      await Promise.all([
        bobs.send('subscribe', { channel: `group:${id}`, history: 10 }),
        ada.api.delete(`/groups/${id}/members/${bob.id}`),
      ]);
      await ada.sendMessage(id, 'not for him');
    }
    await bobs.settled();
    const heard = [...bobs.all('new_message'), ...bobs.all('offline_message')];
    expect(heard.filter(({ message }) => message.content === 'not for him')).toEqual([]);
    for (const person of [ada, bob]) person.disconnect();
  });
});
