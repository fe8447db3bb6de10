import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { GroupDetailView, MemberView, Page } from '../../contract/views.js';
import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('groups and channels', () => {
  let app: TestApp;
  let ada: Person;
  let bob: Person;
  let carol: Person;
  beforeAll(async () => {
    app = await startTestApp();
    [ada, bob, carol] = await Promise.all([aPerson(app), aPerson(app), aPerson(app)]);
  });
  afterAll(() => app.stop());

  const aName = () => `Channel ${randomUUID()}`;
  const createChannel = (name: string, by = ada) => by.api.post<GroupDetailView>('/groups', { kind: 'channel', name });

  describe('making one', () => {
    it('makes its maker the owner and those he names members', async () => {
      const answer = await ada.api.post<GroupDetailView>('/groups', {
        kind: 'group',
        name: '  Engines ',
        description: 'About engines',
        memberIds: [bob.id, bob.id.toUpperCase(), ada.id, carol.id],
      });
      const group = expectStatus(answer, 201);
      const time = expect.stringMatching(/^\d{4}-.*Z$/);
      expect(group).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        kind: 'group',
        name: 'Engines',
        description: 'About engines',
        memberCount: 3,
        epoch: expect.stringMatching(/^[0-9a-f-]{36}$/),
        createdAt: time,
        updatedAt: time,
        role: 'owner',
        otherUser: null,
      });
      const members = expectStatus(await bob.api.get<Page<MemberView>>(`/groups/${group.id}/members`), 200);
      const roles = new Map(members.items.map(({ user, role }) => [user.id, role]));
      expect(roles).toEqual(
        new Map([
          [ada.id, 'owner'],
          [bob.id, 'member'],
          [carol.id, 'member'],
        ]),
      );
    });

    it('refuses a member who does not exist, and makes nothing', async () => {
      const name = aName();
      const answer = await ada.api.post('/groups', { kind: 'channel', name, memberIds: [bob.id, randomUUID()] });
      expectProblem(answer, 'validation_failed');
      expect(faultyFields(answer)).toEqual(['memberIds.1']);
      expectProblem(await ada.api.get(`/groups/by-name/${name}`), 'not_found');
    });

    it('takes 100 members at once and no more', async () => {
      const ids = Array.from({ length: 101 }, () => randomUUID());
      const answer = await ada.api.post('/groups', { kind: 'group', name: 'Many', memberIds: ids });
      expectProblem(answer, 'validation_failed');
      expect(faultyFields(answer)).toEqual(['memberIds']);
    });

    it.each([
      ['kind', 'direct'],
      ['kind', 'Group'],
      ['name', ''],
      ['name', ' \t\n '],
      ['name', 'x'.repeat(101)],
      ['name', 'half \ud83d'],
      ['description', 'x'.repeat(501)],
    ])('refuses %s %j', async (field, value) => {
      const answer = await ada.api.post('/groups', { kind: 'group', name: 'Engines', [field]: value });
      expectProblem(answer, 'validation_failed');
      expect(faultyFields(answer)).toEqual([field]);
    });

    it('counts characters, not halves of them', async () => {
      const body = { kind: 'group', name: '😀'.repeat(100), description: '😀'.repeat(500) };
      expect(expectStatus(await ada.api.post('/groups', body), 201)).toMatchObject(body);
    });
  });

  describe('the name of a channel', () => {
    it('is given once, without regard to case and width', async () => {
      const name = aName();
      expectStatus(await createChannel(name), 201);
      for (const same of [name, name.toUpperCase(), ` ${name} `, name.replace('Channel', 'Ｃｈａｎｎｅｌ')]) {
        const document = expectProblem(await createChannel(same, bob), 'conflict');
        expect(document.errors).toEqual([{ field: 'name', message: 'is taken' }]);
      }
    });

    it('goes to one of twenty who want it at once, and leaves nothing behind of the others', async () => {
      const name = aName();
      const [david, before] = await Promise.all([aPerson(app), app.connection.collection('groups').countDocuments()]);
      const answers = await Promise.all(Array.from({ length: 20 }, () => createChannel(name, david)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
      expect(await app.connection.collection('groups').countDocuments()).toBe(before + 1);
      expect(await app.connection.collection('memberships').countDocuments({ userId: david.id })).toBe(1);
    });

    it('says nothing about the names of private groups', async () => {
      const name = aName();
      await ada.createGroup({ name });
      await bob.createGroup({ name });
      expectStatus(await createChannel(name), 201);
      expectStatus(await ada.api.get(`/groups/by-name/${name}`), 200);
    });

    it('finds the channel, for everyone signed in', async () => {
      const name = aName();
      const channel = expectStatus(await createChannel(name), 201);
      const found = expectStatus(await bob.api.get(`/groups/by-name/${name.toLowerCase()}`), 200);
      expect(found).toEqual({ ...channel, role: null });
      expectProblem(await bob.api.get(`/groups/by-name/${aName()}`), 'not_found');
    });
  });

  describe('changing one', () => {
    it('changes name and description, each by itself', async () => {
      const group = await ada.createGroup();
      const renamed = await ada.api.patch<GroupDetailView>(`/groups/${group.id}`, { name: 'Motors' });
      expect(expectStatus(renamed, 200)).toEqual({ ...group, name: 'Motors', updatedAt: renamed.body.updatedAt });
      const described = await ada.api.patch<GroupDetailView>(`/groups/${group.id}`, { description: 'All of them' });
      expect(described.body).toMatchObject({ name: 'Motors', description: 'All of them' });
      expect((await ada.api.get(`/groups/${group.id}`)).body).toEqual(described.body);
    });

    it('gives a channel no name that another has; its own in another case it may take', async () => {
      const [first, second] = [aName(), aName()];
      const channel = expectStatus(await createChannel(first), 201);
      expectStatus(await createChannel(second), 201);
      const path = `/groups/${channel.id}`;
      expectProblem(await ada.api.patch(path, { name: second.toUpperCase() }), 'conflict');
      expect((await ada.api.get(path)).body).toMatchObject({ name: first });
      expectStatus(await ada.api.patch(path, { name: first.toUpperCase() }), 200);
    });

    it('frees the former name and takes the new one', async () => {
      const [former, present] = [aName(), aName()];
      const channel = expectStatus(await createChannel(former), 201);
      expectStatus(await ada.api.patch(`/groups/${channel.id}`, { name: present }), 200);
      expectProblem(await createChannel(present, bob), 'conflict');
      expectStatus(await createChannel(former, bob), 201);
    });
  });

  describe('closing one', () => {
    it('closes it to everyone, on every route', async () => {
      const group = await ada.createGroup({ memberIds: [bob.id] });
      const message = await ada.sendMessage(group.id);
      const path = `/groups/${group.id}`;
      expectStatus(await ada.api.delete(path), 204);
      for (const { api } of [ada, bob, carol]) {
        const answers = await Promise.all([
          api.get(path),
          api.patch(path, { name: 'Still here' }),
          api.delete(path),
          api.get(`${path}/members`),
          api.put(`${path}/members/${carol.id}`, {}),
          api.delete(`${path}/members/${bob.id}`),
          api.post(`${path}/join`),
          api.post(`${path}/leave`),
          api.put(`${path}/read`, { seq: 1 }),
          api.get(`${path}/messages`),
          api.post(`${path}/messages`, { content: 'Hello?' }),
          api.get(`/messages/${message.id}`),
          api.put(`/messages/${message.id}`, { content: 'Hello!' }),
          api.delete(`/messages/${message.id}`),
          api.post(`/messages/${message.id}/restore`),
        ]);
        for (const answer of answers) expectProblem(answer, 'not_found');
      }
      const mine = await bob.api.get<Page<GroupDetailView>>('/groups?limit=100');
      expect(mine.body.items.map(({ id }) => id)).not.toContain(group.id);
    });

    it('frees the name of a channel', async () => {
      const name = aName();
      const channel = expectStatus(await createChannel(name), 201);
      expectStatus(await ada.api.delete(`/groups/${channel.id}`), 204);
      expectProblem(await bob.api.get(`/groups/by-name/${name}`), 'not_found');
      const again = expectStatus(await createChannel(name, bob), 201);
      expect(again.id).not.toBe(channel.id);
      expect(again.epoch).not.toBe(channel.epoch);
    });
  });
});
