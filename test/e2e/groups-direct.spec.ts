import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { GroupDetailView, MemberView, Page } from '../../contract/views.js';
import { expectProblem, faultyFields } from '../support/expect-problem.js';
import { aPerson, expectStatus } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

describe('direct conversations', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  const twoPeople = () => Promise.all([aPerson(app), aPerson(app)]);

  it('are made the first time and found after that, whoever asks', async () => {
    const [ada, bob] = await twoPeople();
    const made = expectStatus(await ada.api.put<GroupDetailView>(`/groups/direct/${bob.id}`), 201);
    expect(made).toMatchObject({ kind: 'direct', name: null, memberCount: 2, role: 'member' });
    expect(made.otherUser).toMatchObject({ id: bob.id, username: bob.username });
    expect(expectStatus(await ada.api.put(`/groups/direct/${bob.id}`), 200)).toEqual(made);
    const bobs = expectStatus(await bob.api.put<GroupDetailView>(`/groups/direct/${ada.id.toUpperCase()}`), 200);
    expect(bobs.id).toBe(made.id);
    expect(bobs.otherUser?.id).toBe(ada.id);
    expect((await bob.api.get(`/groups/${made.id}`)).body).toEqual(bobs);
  });

  it('are one, also when both ask twenty times at once', async () => {
    const [ada, bob] = await twoPeople();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const [me, you] = index % 2 === 0 ? [ada, bob] : [bob, ada];
        return me.api.put<GroupDetailView>(`/groups/direct/${you.id}`);
      }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    const { connection } = app;
    expect(await connection.collection('memberships').countDocuments({ userId: ada.id })).toBe(1);
    const [{ id }] = [answers[0]!.body];
    const members = await bob.api.get<Page<MemberView>>(`/groups/${id}/members`);
    expect(members.body.items.map(({ user }) => user.id).sort()).toEqual([ada.id, bob.id].sort());
  });

  it('are another one with each person', async () => {
    const [ada, bob] = await twoPeople();
    const carol = await aPerson(app);
    const withBob = expectStatus(await ada.api.put<GroupDetailView>(`/groups/direct/${bob.id}`), 201);
    const withCarol = expectStatus(await ada.api.put<GroupDetailView>(`/groups/direct/${carol.id}`), 201);
    expect(withCarol.id).not.toBe(withBob.id);
    expectProblem(await carol.api.get(`/groups/${withBob.id}`), 'not_a_member');
    expectProblem(await carol.api.post(`/groups/${withBob.id}/join`), 'not_a_member');
  });

  it('are between two: not with oneself, with nobody, or with someone deactivated', async () => {
    const [ada, bob] = await twoPeople();
    const withMyself = await ada.api.put(`/groups/direct/${ada.id}`);
    expectProblem(withMyself, 'validation_failed');
    expect(faultyFields(withMyself)).toEqual(['userId']);
    expectProblem(await ada.api.put(`/groups/direct/${randomUUID()}`), 'not_found');
    await app.connection.collection('users').updateOne({ username: bob.username }, { $set: { isActive: false } });
    expectProblem(await ada.api.put(`/groups/direct/${bob.id}`), 'not_found');
  });

  it('belong to both alike: nobody adds, removes, renames, closes or leaves', async () => {
    const [ada, bob] = await twoPeople();
    const carol = await aPerson(app);
    const { id } = expectStatus(await ada.api.put<GroupDetailView>(`/groups/direct/${bob.id}`), 201);
    const path = `/groups/${id}`;
    for (const [me, you] of [
      [ada, bob],
      [bob, ada],
    ] as const) {
      const answers = await Promise.all([
        me.api.put(`${path}/members/${carol.id}`, {}),
        me.api.put(`${path}/members/${you.id}`, { role: 'owner' }),
        me.api.put(`${path}/members/${me.id}`, { role: 'owner' }),
        me.api.delete(`${path}/members/${you.id}`),
        me.api.delete(`${path}/members/${me.id}`),
        me.api.patch(path, { name: 'Ours' }),
        me.api.delete(path),
        me.api.post(`${path}/leave`),
      ]);
      for (const answer of answers) expectProblem(answer, 'forbidden');
    }
    const members = await ada.api.get<Page<MemberView>>(`${path}/members`);
    expect(members.body.items.map(({ role }) => role)).toEqual(['member', 'member']);
  });
});
