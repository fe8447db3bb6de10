import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { MessageView, Page } from '../../contract/views.js';
import { anAdmin } from '../support/admin.js';
import { eventually } from '../support/eventually.js';
import { expectProblem } from '../support/expect-problem.js';
import { aPerson, expectStatus, type Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';
import { walkPages } from '../support/walk-pages.js';

/** Two of everything: what Ada has five rows of, and beside it what else there is of the kind. */
interface Scene {
  ada: Person;
  bob: Person;
  admin: Person;
  word: string;
  groupId: string;
  otherGroupId: string;
  root: MessageView;
  otherRoot: MessageView;
}

interface ListCase {
  list: string;
  path: (scene: Scene) => string;
  by?: (scene: Scene) => Person;
  /** Adds one more row. */
  add: (scene: Scene, app: TestApp) => Promise<unknown>;
  /** The same kind of list of something or somebody else, to which the cursor must not be a way. */
  elsewhere?: (scene: Scene) => { path: string; by?: Person };
}

interface ListedItem {
  id?: string;
  code?: string;
  content?: string;
  userId?: string;
  user?: { id: string };
  message?: { id: string };
}

const rows = 5;

const cases: ListCase[] = [
  {
    list: 'people by name',
    path: ({ word }) => `/users?q=${word}`,
    add: ({ word }, app) => aPerson(app, { username: `${word}-${randomUUID().slice(0, 8)}` }),
  },
  {
    list: 'who is online',
    path: () => '/users/online?',
    add: async (_scene, app) => (await aPerson(app)).connectPlain(),
  },
  {
    list: 'whom I block',
    path: () => '/users/me/blocks?',
    add: async ({ ada }, app) => ada.api.put(`/users/me/blocks/${(await aPerson(app)).id}`),
    elsewhere: ({ bob }) => ({ path: '/users/me/blocks?', by: bob }),
  },
  {
    list: 'my groups',
    path: () => '/groups?',
    add: ({ ada }) => ada.createGroup(),
    elsewhere: ({ bob }) => ({ path: '/groups?', by: bob }),
  },
  {
    list: 'channels',
    path: ({ word }) => `/groups/discover?q=${word}`,
    add: ({ ada, word }) => ada.createGroup({ kind: 'channel', name: `${word} ${randomUUID()}` }),
  },
  {
    list: 'members',
    path: ({ groupId }) => `/groups/${groupId}/members?`,
    add: join,
    elsewhere: ({ otherGroupId }) => ({ path: `/groups/${otherGroupId}/members?` }),
  },
  {
    list: 'markers',
    path: ({ groupId }) => `/groups/${groupId}/read-state?`,
    add: join,
    elsewhere: ({ otherGroupId }) => ({ path: `/groups/${otherGroupId}/read-state?` }),
  },
  {
    list: 'invitations',
    path: ({ groupId }) => `/groups/${groupId}/invites?`,
    add: ({ ada, groupId }) => ada.api.post(`/groups/${groupId}/invites`, {}),
    elsewhere: ({ otherGroupId }) => ({ path: `/groups/${otherGroupId}/invites?` }),
  },
  {
    list: 'messages, newest first',
    path: ({ groupId }) => `/groups/${groupId}/messages?`,
    add: say,
    elsewhere: ({ otherGroupId }) => ({ path: `/groups/${otherGroupId}/messages?` }),
  },
  {
    list: 'pins',
    path: ({ groupId }) => `/groups/${groupId}/pins?`,
    add: async (scene) => scene.ada.api.put(`/messages/${(await say(scene)).id}/pin`),
    elsewhere: ({ otherGroupId }) => ({ path: `/groups/${otherGroupId}/pins?` }),
  },
  {
    list: 'a thread',
    path: ({ root }) => `/messages/${root.id}/thread?`,
    add: (scene) => say(scene, { replyToId: scene.root.id }),
    elsewhere: ({ otherRoot }) => ({ path: `/messages/${otherRoot.id}/thread?` }),
  },
  {
    list: 'former texts',
    path: ({ root }) => `/messages/${root.id}/history?`,
    add: ({ ada, root }) => ada.api.put(`/messages/${root.id}`, { content: `edited ${randomUUID()}` }),
    elsewhere: ({ otherRoot }) => ({ path: `/messages/${otherRoot.id}/history?` }),
  },
  {
    list: 'receipts',
    path: ({ root }) => `/messages/${root.id}/receipts?`,
    add: async (scene, app) => (await join(scene, app)).api.post(`/messages/${scene.root.id}/read`),
    elsewhere: ({ otherRoot }) => ({ path: `/messages/${otherRoot.id}/receipts?` }),
  },
  {
    list: 'what was said in my groups',
    path: () => '/messages?',
    add: say,
    elsewhere: ({ bob }) => ({ path: '/messages?', by: bob }),
  },
  {
    list: 'what I said',
    path: () => '/messages/mine?',
    add: say,
    elsewhere: ({ bob }) => ({ path: '/messages/mine?', by: bob }),
  },
  {
    list: 'what was searched for',
    path: ({ word }) => `/search/messages?q=${word}`,
    add: say,
    elsewhere: ({ bob, word }) => ({ path: `/search/messages?q=${word}`, by: bob }),
  },
  ...['createdAt', 'username', 'lastLoginAt'].map((sort) => ({
    list: `all accounts by ${sort}`,
    path: () => `/admin/users?sort=${sort}`,
    by: ({ admin }: Scene) => admin,
    add: (_scene: Scene, app: TestApp) => aPerson(app),
    elsewhere: () => ({ path: `/admin/users?sort=${sort === 'username' ? 'createdAt' : 'username'}` }),
  })),
  ...['createdAt', 'size', 'activity'].map((sort) => ({
    list: `all groups by ${sort}`,
    path: () => `/admin/groups?sort=${sort}`,
    by: ({ admin }: Scene) => admin,
    add: ({ bob }: Scene) => bob.createGroup(),
    elsewhere: () => ({ path: `/admin/groups?sort=${sort === 'size' ? 'createdAt' : 'size'}` }),
  })),
];

function say({ ada, groupId, word }: Scene, more: object = {}): Promise<MessageView> {
  return ada.sendMessage(groupId, `${word} ${randomUUID()}`, 'replyToId' in more ? more : {});
}

async function join({ groupId }: Scene, app: TestApp): Promise<Person> {
  const person = await aPerson(app);
  expectStatus(await person.api.post(`/groups/${groupId}/join`), 200);
  return person;
}

describe('a list that is read page by page', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.stop());

  async function aScene(): Promise<Scene> {
    const [ada, bob, admin] = await Promise.all([aPerson(app), aPerson(app), anAdmin(app)]);
    const word = `w${randomUUID().slice(0, 8)}`;
    const [{ id: groupId }, { id: otherGroupId }] = [
      await ada.createGroup({ kind: 'channel', memberIds: [bob.id] }),
      await ada.createGroup({ kind: 'channel', memberIds: [bob.id] }),
    ];
    const [root, otherRoot] = [await ada.sendMessage(groupId), await ada.sendMessage(otherGroupId)];
    return { ada, bob, admin, word, groupId, otherGroupId, root, otherRoot };
  }

  const idOf = ({ id, code, user, userId, message, content }: ListedItem) =>
    id ?? code ?? user?.id ?? userId ?? message?.id ?? content!;

  it.each(cases)('gives every row that was there once, while others are added: $list', async ({ path, by, add }) => {
    const scene = await aScene();
    const { api } = by?.(scene) ?? scene.ada;
    for (let count = 0; count < rows; count += 1) await add(scene, app);
    const whole = async () => (await walkPages<ListedItem>(api, `${path(scene)}&limit=100`)).map(idOf);
    // What is searched for is found a moment later.
    await eventually(async () => (await whole()).length >= rows);
    const before = await whole();
    const walked = (
      await walkPages<ListedItem>(api, `${path(scene)}&limit=2`, async (page) => {
        if (page <= rows) await add(scene, app);
      })
    ).map(idOf);
    expect(new Set(walked).size).toBe(walked.length);
    expect(walked.filter((id) => before.includes(id)).toSorted()).toEqual(before.toSorted());
  });

  const bound = cases.filter(
    (one): one is ListCase & Required<Pick<ListCase, 'elsewhere'>> => one.elsewhere !== undefined,
  );

  it.each(bound)('gives cursors that are taken nowhere else: $list', async ({ path, by, add, elsewhere }) => {
    const scene = await aScene();
    const asking = by?.(scene) ?? scene.ada;
    for (let count = 0; count < 3; count += 1) await add(scene, app);
    let nextCursor: string | null = null;
    await eventually(async () => {
      const page = expectStatus(await asking.api.get<Page<unknown>>(`${path(scene)}&limit=1`), 200);
      nextCursor = page.nextCursor;
      return nextCursor !== null;
    });
    const cursor = encodeURIComponent(String(nextCursor));
    expectStatus(await asking.api.get(`${path(scene)}&limit=1&cursor=${cursor}`), 200);
    const other = elsewhere(scene);
    const answer = await (other.by ?? asking).api.get(`${other.path}&limit=1&cursor=${cursor}`);
    expectProblem(answer, 'validation_failed');
    expectProblem(await asking.api.get(`/users?cursor=${cursor}`), 'validation_failed');
  });
});
