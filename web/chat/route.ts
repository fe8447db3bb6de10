/** What the address names: `#/groups/<id>`, `#/invites/<code>`, or nothing in particular. */
export type Route = { kind: 'home' } | { kind: 'group'; groupId: string } | { kind: 'invite'; code: string };

export function readRoute(hash: string): Route {
  const [, place, name] = /^#\/(groups|invites)\/([\w-]+)$/.exec(hash) ?? [];
  if (place === 'groups' && name !== undefined) return { kind: 'group', groupId: name };
  if (place === 'invites' && name !== undefined) return { kind: 'invite', code: name };
  return { kind: 'home' };
}

export function groupRoute(groupId: string): string {
  return `#/groups/${groupId}`;
}
