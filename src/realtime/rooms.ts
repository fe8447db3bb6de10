import type { Channel } from '../../contract/events.js';
import type { GroupId, SessionId, UserId } from '../common/ids.js';

/** The names of rooms, spelled here only. Those that clients can subscribe to are the contract's channels. */
export const rooms = {
  group: (id: GroupId | string) => `group:${id}` as const,
  user: (id: UserId | string) => `user:${id}`,
  session: (id: SessionId | string) => `session:${id}`,
  /** Connections whose gate is closed. */
  held: 'held',
} as const;

const groupPrefix = rooms.group('');

/** The groups among some rooms. */
export function groupsIn(names: Iterable<string>): GroupId[] {
  return Array.from(names)
    .filter((name) => name.startsWith(groupPrefix))
    .map((name) => name.slice(groupPrefix.length) as GroupId);
}

/** The channels among some rooms. */
export function channelsIn(names: Iterable<string>, serverChannels: readonly Channel[]): Channel[] {
  return Array.from(names).filter(
    (name): name is Channel => name.startsWith(groupPrefix) || (serverChannels as readonly string[]).includes(name),
  );
}
