import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MemberView, Page, PresenceView, PublicUserView } from '../../contract/views.js';
import { eventually } from '../support/eventually.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { accepted, transports } from '../support/transports.js';

describe.each(transports)('presence over %s', (_name, connect) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  /** Two who share a group and one who does not; the first is there and looks. */
  const aTable = async () => {
    const [ada, bob, cleo] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
    const { id: groupId } = await ada.createGroup({ memberIds: [bob.id] });
    await cleo.createGroup();
    const adas = await connect(ada);
    return { ada, bob, cleo, groupId, adas };
  };
  const leave = (...people: Person[]) => {
    for (const person of people) person.disconnect();
  };
  /** What everyone sees of someone, by every route that shows it. */
  const seen = async (by: Person, person: Person, groupId: string): Promise<Omit<PresenceView, 'userId'>> => {
    const profile = expectStatus(await by.api.get<PublicUserView>(`/users/${person.id}`), 200);
    const byName = expectStatus(await by.api.get<PublicUserView>(`/users/by-username/${person.username}`), 200);
    const { items } = expectStatus(await by.api.get<Page<MemberView>>(`/groups/${groupId}/members`), 200);
    expect(byName).toEqual(profile);
    expect(items.find(({ user }) => user.id === person.id)?.user).toEqual(profile);
    const { presence, statusText, lastSeenAt } = profile;
    return { presence, statusText, lastSeenAt };
  };

  it('is offline without a connection, online with one, and then tells when he was last seen', async () => {
    const { ada, bob, groupId, adas } = await aTable();
    expect(await seen(ada, bob, groupId)).toEqual({ presence: 'offline', statusText: null, lastSeenAt: null });
    const bobs = await connect(bob);
    const online = { presence: 'online', statusText: null, lastSeenAt: null };
    expect(await adas.next('presence', ({ userId }) => userId === bob.id)).toEqual({ userId: bob.id, ...online });
    expect(await seen(ada, bob, groupId)).toEqual(online);
    const before = Date.now();
    bobs.close();
    const gone = await adas.next('presence', ({ presence }) => presence === 'offline');
    expect(gone).toMatchObject({ userId: bob.id, presence: 'offline', statusText: null });
    expect(Date.parse(gone.lastSeenAt!)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(gone.lastSeenAt!)).toBeLessThanOrEqual(Date.now());
    const { userId: _, ...shown } = gone;
    expect(await seen(ada, bob, groupId)).toEqual(shown);
    leave(ada, bob);
  });

  it('is one over all devices: only the first that comes and the last that goes make a difference', async () => {
    const { ada, bob, groupId, adas } = await aTable();
    const devices = [await connect(bob)];
    await adas.next('presence', ({ userId }) => userId === bob.id);
    devices.push(await bob.connect(), await bob.connectPlain(), await connect(await bob.logInAgain()));
    for (const device of devices.slice(1)) device.close();
    await eventually(async () => {
      const { body } = await ada.api.get<PublicUserView>(`/users/${bob.id}`);
      return body.presence === 'online';
    });
    await devices[0]!.settled();
    await adas.settled();
    expect(adas.all('presence').filter(({ userId }) => userId === bob.id)).toHaveLength(1);
    devices[0]!.close();
    await adas.next('presence', ({ presence }) => presence === 'offline');
    expect(adas.all('presence').filter(({ userId }) => userId === bob.id)).toHaveLength(2);
    expect((await seen(ada, bob, groupId)).presence).toBe('offline');
    leave(ada, bob);
  });

  it('is what its user chooses, on all devices and for good, and nothing while he is away from all', async () => {
    const { ada, bob, groupId, adas } = await aTable();
    const bobs = await connect(bob);
    const other = await connect(bob);
    expect(accepted(await bobs.send('presence', { presence: 'dnd', statusText: 'thinking' }))).toBeNull();
    const busy = { userId: bob.id, presence: 'dnd', statusText: 'thinking', lastSeenAt: null } as const;
    for (const client of [adas, bobs, other]) {
      expect(await client.next('presence', ({ presence }) => presence === 'dnd')).toEqual(busy);
    }
    // The text stays when nothing is said about it; null takes it away.
    accepted(await bobs.send('presence', { presence: 'away' }));
    expect(await adas.next('presence', ({ presence }) => presence === 'away')).toMatchObject({
      statusText: 'thinking',
    });
    accepted(await bobs.send('presence', { presence: 'dnd', statusText: null }));
    expect(await seen(ada, bob, groupId)).toEqual({ presence: 'dnd', statusText: null, lastSeenAt: null });
    for (const client of [bobs, other]) client.close();
    await adas.next('presence', ({ presence }) => presence === 'offline');
    expect((await seen(ada, bob, groupId)).presence).toBe('offline');
    const again = await connect(bob);
    await eventually(() => adas.all('presence').at(-1)?.presence === 'dnd');
    expect(await seen(ada, bob, groupId)).toEqual({ presence: 'dnd', statusText: null, lastSeenAt: null });
    again.close();
    leave(ada, bob);
  });

  it('is told only to those who share a group', async () => {
    const { ada, bob, cleo, adas } = await aTable();
    const cleos = await connect(cleo);
    const bobs = await connect(bob);
    accepted(await bobs.send('presence', { presence: 'away' }));
    await adas.next('presence', ({ presence }) => presence === 'away');
    bobs.close();
    await adas.next('presence', ({ presence }) => presence === 'offline');
    await cleos.settled();
    expect(cleos.all('presence').filter(({ userId }) => userId !== cleo.id)).toEqual([]);
    leave(ada, bob, cleo);
  });

  it('is told once, however many groups are shared', async () => {
    const { ada, bob, adas } = await aTable();
    for (let count = 0; count < 3; count += 1) await ada.createGroup({ memberIds: [bob.id] });
    const bobs = await connect(bob);
    accepted(await bobs.send('presence', { presence: 'away' }));
    await adas.next('presence', ({ presence }) => presence === 'away');
    await adas.settled();
    expect(adas.all('presence').filter(({ userId }) => userId === bob.id)).toHaveLength(2);
    leave(ada, bob);
  });
});
