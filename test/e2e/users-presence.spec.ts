import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { OwnUserView, PublicUserView } from '../../contract/views.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('a presence that is chosen over REST', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const aPair = async () => {
    const [ada, bob] = await Promise.all([aPerson(app), aPerson(app)]);
    await ada.createGroup({ memberIds: [bob.id] });
    return { ada, bob, adas: await ada.connect() };
  };
  const choose = async (person: Person, choice: object) =>
    expectStatus(await person.api.put<OwnUserView>('/users/me/presence', choice), 200);
  const seen = async (by: Person, { id }: Person) => {
    const { presence, statusText } = expectStatus(await by.api.get<PublicUserView>(`/users/${id}`), 200);
    return { presence, statusText };
  };
  const soon = (ms: number) => new Date(Date.now() + ms).toISOString();

  it('is what others see and are told, once the user is connected', async () => {
    const { ada, bob, adas } = await aPair();
    const own = await choose(bob, { presence: 'dnd', statusText: 'Deep in thought' });
    expect(own).toMatchObject({ presence: 'offline', presenceChoice: 'dnd', presenceUntil: null });
    expect(own.statusText).toBe('Deep in thought');
    expect(await adas.next('presence', ({ userId }) => userId === bob.id)).toMatchObject({ presence: 'offline' });
    await bob.connect();
    await adas.next('presence', ({ presence }) => presence === 'dnd');
    expect(await seen(ada, bob)).toEqual({ presence: 'dnd', statusText: 'Deep in thought' });
    expect(await choose(bob, { presence: 'away' })).toMatchObject({ presence: 'away', statusText: 'Deep in thought' });
    await adas.next('presence', ({ presence }) => presence === 'away');
    ada.disconnect();
    bob.disconnect();
  });

  it('ends by itself with the text that came with it, and those who share a group are told', async () => {
    const { ada, bob, adas } = await aPair();
    await bob.connect();
    const until = soon(400);
    const own = await choose(bob, { presence: 'away', statusText: 'At lunch', until });
    expect(own).toMatchObject({ presence: 'away', presenceChoice: 'away', presenceUntil: until });
    await adas.next('presence', ({ presence }) => presence === 'away');
    const after = await eventually(() => {
      const last = adas.all('presence').at(-1);
      return last?.userId === bob.id && last.presence === 'online' ? last : undefined;
    });
    expect(after).toEqual({ userId: bob.id, presence: 'online', statusText: null, lastSeenAt: null });
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(until));
    expect(await seen(ada, bob)).toEqual({ presence: 'online', statusText: null });
    const { body } = await bob.api.get<OwnUserView>('/users/me');
    expect(body).toMatchObject({ presenceChoice: 'online', presenceUntil: null, statusText: null });
    ada.disconnect();
    bob.disconnect();
  });

  it('leaves a text that was there before it, when it ends', async () => {
    const { ada, bob } = await aPair();
    await bob.connect();
    await choose(bob, { presence: 'online', statusText: 'On the third floor' });
    await choose(bob, { presence: 'dnd', until: soon(200) });
    await eventually(async () => (await seen(ada, bob)).presence === 'online');
    expect(await seen(ada, bob)).toEqual({ presence: 'online', statusText: 'On the third floor' });
    ada.disconnect();
    bob.disconnect();
  });

  it('does not end when a later choice has taken its place', async () => {
    const { ada, bob, adas } = await aPair();
    await bob.connect();
    await choose(bob, { presence: 'away', until: soon(150) });
    const until = soon(3_600_000);
    await choose(bob, { presence: 'dnd', until });
    const past = soon(200);
    await eventually(() => new Date().toISOString() > past);
    await adas.settled();
    expect(adas.all('presence').at(-1)).toMatchObject({ presence: 'dnd' });
    expect(await seen(ada, bob)).toMatchObject({ presence: 'dnd' });
    const { body } = await bob.api.get<OwnUserView>('/users/me');
    expect(body.presenceUntil).toBe(until);
    ada.disconnect();
    bob.disconnect();
  });

  it('has ended when its user comes back after its time, on a server that knows nothing of it', async () => {
    const { ada, bob, adas } = await aPair();
    await choose(bob, { presence: 'dnd', until: soon(50) });
    await eventually(async () => {
      const { body } = await bob.api.get<OwnUserView>('/users/me');
      return body.presenceUntil === null;
    });
    await bob.connect();
    expect(await adas.next('presence', ({ presence }) => presence !== 'offline')).toMatchObject({ presence: 'online' });
    ada.disconnect();
    bob.disconnect();
  });

  it('is announced as ended also when its user has come only after choosing', async () => {
    const { ada, bob, adas } = await aPair();
    await choose(bob, { presence: 'dnd', until: soon(400) });
    await bob.connect();
    await adas.next('presence', ({ presence }) => presence === 'dnd');
    await eventually(() => adas.all('presence').at(-1)?.presence === 'online');
    ada.disconnect();
    bob.disconnect();
  });

  it('takes a time in the future only, over both ways', async () => {
    const bob = await aPerson(app);
    const socket = await bob.connect();
    for (const until of [soon(-1000), '2020-01-01T00:00:00.000Z']) {
      expectProblem(await bob.api.put('/users/me/presence', { presence: 'away', until }), 'validation_failed');
      expect(await socket.send('presence', { presence: 'away', until })).toMatchObject({
        ok: false,
        error: { code: 'validation_failed' },
      });
    }
    for (const until of ['tomorrow', '2999-01-01', '2999-02-31T00:00:00Z', '2999-W01-1T00:00:00Z', 2_000_000_000_000]) {
      expectProblem(await bob.api.put('/users/me/presence', { presence: 'away', until }), 'validation_failed');
    }
    await choose(bob, { presence: 'away', until: '2999-01-01T00:00:00+02:00' });
    bob.disconnect();
  });
});
