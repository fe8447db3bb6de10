import type { GroupId, SessionId, UserId } from '../common/ids.js';

/** The names of rooms, spelled here only. */
export const rooms = {
  group: (id: GroupId | string) => `group:${id}`,
  user: (id: UserId | string) => `user:${id}`,
  session: (id: SessionId | string) => `session:${id}`,
  /** Sockets whose snapshot is being read: live events are held back for them. */
  connecting: 'connecting',
} as const;
