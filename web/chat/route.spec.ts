import { describe, expect, it } from '@jest/globals';

import { groupRoute, readRoute } from './route.js';

describe('the address of the chat page', () => {
  it('names a group or an invitation', () => {
    expect(readRoute(groupRoute('0198a2f0-1111-7222-8333-444455556666'))).toEqual({
      kind: 'group',
      groupId: '0198a2f0-1111-7222-8333-444455556666',
    });
    expect(readRoute('#/invites/Ab_c-1')).toEqual({ kind: 'invite', code: 'Ab_c-1' });
  });

  it.each(['', '#', '#/', '#/groups/', '#/groups/a/b', '#/groups/../x', '#/else/a'])(
    'leads home when it is %j',
    (hash) => expect(readRoute(hash)).toEqual({ kind: 'home' }),
  );
});
