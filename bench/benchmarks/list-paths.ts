import type { InviteView, MessageView, MyGroupView, OwnUserView, Page } from '../../contract/views.js';
import { api, type Target } from '../support/target.js';

/** One list, as one of those who measure asks for it. */
export interface ListPath {
  /** As the documentation has it: `/groups/{id}/messages`. */
  route: string;
  path: string;
}

/** Lists of the observatory: what they show is read from files, and `npm run seed` makes none. */
export const isNotSeeded = (route: string): boolean => /^\/(projects|conversations|observatory)(\/|$)/.test(route);

/** A month in the middle of what `npm run seed` makes. */
const spring = 'from=2025-04-01T00:00:00.000Z&to=2025-05-01T00:00:00.000Z';

/** Every list that somebody signed in can ask for: in the largest of his groups, where it is one of a group. */
export async function listPaths(target: Target, token: string): Promise<ListPath[]> {
  const [largest] = (await allGroups(target, token)).toSorted((one, other) => other.lastSeq - one.lastSeq);
  if (largest === undefined) throw new Error('the seeded user is in no group');
  const at = (path: string) => api<Page<MessageView>>(target, 'GET', `/groups/${largest.id}${path}`, token);
  const { items } = await at('/messages?limit=100');
  const message = items[0];
  const root = items.find(({ threadCount }) => (threadCount ?? 0) > 0) ?? message;
  if (message === undefined || root === undefined) throw new Error('the largest group has no message');
  const me = await api<OwnUserView>(target, 'GET', '/users/me', token);
  const [mine = message] = (await api<Page<MessageView>>(target, 'GET', '/messages/mine', token)).items;
  const middle = Math.floor(largest.lastSeq / 2);
  const inGroup = (list: string, ...queries: string[]) =>
    queries.map((query) => ({ route: `/groups/{id}/${list}`, path: `/groups/${largest.id}/${list}${query}` }));
  const ofMessage = (list: string, { id }: MessageView) => [
    { route: `/messages/{id}/${list}`, path: `/messages/${id}/${list}` },
  ];
  const plain = (route: string, ...queries: string[]) => queries.map((query) => ({ route, path: `${route}${query}` }));
  return [
    ...plain('/users', '', '?limit=100', '?q=u', '?q=ubu'),
    ...plain('/users/online', ''),
    ...plain('/users/me/blocks', ''),
    ...plain('/auth/sessions', ''),
    ...plain('/groups', '', '?limit=100', '?kind=channel', '?kind=direct', '?kind=group'),
    ...plain('/groups/discover', '', '?q=a', '?q=er'),
    ...inGroup('members', '', '?limit=100', '?role=member', '?role=owner', '?online=true', '?online=false'),
    ...inGroup('read-state', ''),
    ...inGroup('typing', ''),
    ...inGroup('pins', ''),
    ...inGroup('messages', '', '?limit=100', '?includeDeleted=true'),
    ...inGroup('messages', `?before=${middle}`, `?after=${middle}`, `?around=${middle}`),
    ...inGroup('changes', '?since=0', `?since=${middle}`, `?since=${largest.rev - 50}`),
    ...ofMessage('thread', root),
    ...ofMessage('history', message),
    ...ofMessage('receipts', message),
    ...ofMessage('receipts', mine),
    ...ofMessage('attachments', message),
    ...plain('/attachments', '', `?groupId=${largest.id}`, `?messageId=${message.id}`),
    ...plain('/messages', '', '?limit=100'),
    ...plain('/messages/mine', '', '?limit=100'),
    ...plain('/search/messages', '?q=ubuntu', '?q=the', '?q=xor', '?q=unheardof'),
    ...plain('/search/messages', '?q=install+driver', '?q=the+and', '?q=can+you+help+me+with+this'),
    ...plain('/search/messages', '?q=%22install+the%22', `?q=the&senderId=${me.id}`, `?q=the&${spring}`),
    ...plain(
      '/search/messages',
      '?q=the&hasAttachment=false',
      `?q=the&groupId=${largest.id}`,
      `?q=driver&groupId=${largest.id}&${spring}`,
    ),
  ];
}

/** The lists of a group that only those who moderate it see. */
export async function moderatorPaths(target: Target, token: string): Promise<ListPath[]> {
  const groups = await allGroups(target, token);
  const led = groups.find(({ role, kind }) => role === 'owner' && kind !== 'direct');
  if (led === undefined) return [];
  const path = `/groups/${led.id}/invites`;
  for (let count = 0; count < 50; count += 1) await api<InviteView>(target, 'POST', path, token, {});
  return [{ route: '/groups/{id}/invites', path }];
}

/** The lists that only admins see. */
export function adminPaths(): ListPath[] {
  const sorted = (route: string, ...queries: string[]) =>
    queries.map((query) => ({ route, path: `${route}?${query}` }));
  return [
    { route: '/websocket/clients', path: '/websocket/clients' },
    ...sorted('/admin/users', 'sort=createdAt', 'sort=lastLoginAt', 'sort=username', 'q=u', 'q=seed&sort=username'),
    ...sorted('/admin/users', 'role=admin', 'role=user', 'isActive=true', 'isActive=false', 'role=user&isActive=true'),
    ...sorted('/admin/groups', 'sort=createdAt', 'sort=size', 'sort=activity', 'q=a', 'q=a&sort=activity'),
    ...sorted('/admin/groups', 'kind=channel', 'kind=group&sort=size', 'isActive=true', 'isActive=false'),
  ];
}

async function allGroups(target: Target, token: string): Promise<MyGroupView[]> {
  const groups: MyGroupView[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<MyGroupView> = await api(
      target,
      'GET',
      `/groups?limit=100${cursor === null ? '' : `&cursor=${cursor}`}`,
      token,
    );
    groups.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return groups;
}
