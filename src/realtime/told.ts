import type { WireEvent } from './connection.js';

type LogEvent = Extract<WireEvent, { event: 'new_message' | 'message_updated' | 'message_deleted' }>;

/** What a connection has been told of the past: of what is held back meanwhile, only what goes beyond it is news. */
export class Told {
  /** Up to which rev it was told of a group, and of a message. */
  private readonly groups = new Map<string, number>();
  private readonly messages = new Map<string, number>();

  /** It was told of everything in a group up to a rev. */
  ofGroup(groupId: string, rev: number): void {
    this.groups.set(groupId, Math.max(rev, this.groups.get(groupId) ?? 0));
  }

  ofMessage({ id, rev }: { id: string; rev: number }): void {
    this.messages.set(id, rev);
  }

  /** Whether an event that was held back tells more. */
  isNews(wire: WireEvent): boolean {
    if (!isLogEvent(wire)) return true;
    const { id, groupId, rev } = changeIn(wire);
    return rev > (this.groups.get(groupId) ?? 0) && rev > (this.messages.get(id) ?? 0);
  }
}

/** Which change of the log an event tells of. */
function changeIn(wire: LogEvent): { id: string; groupId: string; rev: number } {
  if (wire.event !== 'message_deleted') return wire.payload.message;
  const { messageId: id, groupId, rev } = wire.payload;
  return { id, groupId, rev };
}

function isLogEvent(wire: WireEvent): wire is LogEvent {
  return wire.event === 'new_message' || wire.event === 'message_updated' || wire.event === 'message_deleted';
}
