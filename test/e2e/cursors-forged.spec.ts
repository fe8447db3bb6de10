import { afterAll, beforeAll, describe, it } from '@jest/globals';

import { encodeCursor, listOf } from '../../src/common/cursor.js';
import { anAdmin } from '../support/admin.js';
import { expectProblem } from '../support/expect-problem.js';
import type { Person } from '../support/people.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

interface Place {
  userId: string;
  groupId: string;
  messageId: string;
}

/** Each list with cursors that it could have given out, but for a moment that is none. */
const lists: { path: (at: Place) => string; name: string; of?: keyof Place; values: (string | number)[] }[] = [
  { path: () => '/users/me/blocks?', name: 'blocks', of: 'userId', values: [1e300, 'x'] },
  { path: ({ groupId }) => `/groups/${groupId}/invites?`, name: 'invites', of: 'groupId', values: [1e300, 'x'] },
  { path: ({ groupId }) => `/groups/${groupId}/pins?`, name: 'pins', of: 'groupId', values: [1e300, 1] },
  { path: () => '/messages?', name: 'recent', of: 'userId', values: [1e300, 'x'] },
  { path: () => '/messages/mine?', name: 'sent', of: 'userId', values: [1e300, 'x'] },
  { path: () => '/groups?', name: 'my-groups', of: 'userId', values: [1e300, 1, 'x'] },
  { path: () => '/admin/groups?sort=createdAt&', name: 'admin-groups-by-createdAt', values: [1, 1e300, 'x'] },
  { path: () => '/admin/groups?sort=activity&', name: 'admin-groups-by-activity', values: [1e300, 1, 'x'] },
  { path: () => '/projects?', name: 'projects-by-lastActivityAt-desc', values: [2, 1e300, 'x'] },
  { path: () => '/conversations?', name: 'conversations', values: [1e300, 'x'] },
  { path: () => '/admin/users?sort=createdAt&', name: 'admin-users-by-createdAt', values: ['no time', 'x'] },
];

describe('a cursor that somebody made up', () => {
  let app: TestApp;
  let admin: Person;
  let place: Place;
  beforeAll(async () => {
    app = await startTestApp();
    admin = await anAdmin(app);
    const { id: groupId } = await admin.createGroup();
    const { id: messageId } = await admin.sendMessage(groupId);
    place = { userId: admin.id, groupId, messageId };
  });
  afterAll(() => app.stop());

  it.each(lists)('of a time that is none is refused by $name', async ({ path, name, of, values }) => {
    const list = of === undefined ? name : listOf(name, place[of]);
    const answer = await admin.api.get(`${path(place)}cursor=${encodeCursor(list, values)}`);
    expectProblem(answer, 'validation_failed');
  });
});
