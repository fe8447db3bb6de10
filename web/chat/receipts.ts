import type { ConfabClient, MarkerView, MessageStatus, MessageView, ReadStateView } from '../../client/src/index.js';
import { listAll } from './directory.js';

/**
 * How far the others of a group have come: their markers are read once, and events move them on. So every tick of the
 * conversation is up to date without asking about any message. Says `change`.
 */
export class Receipts extends EventTarget {
  private markers = new Map<string, { delivered: number; read: number }>();
  private readonly offs: (() => void)[];

  constructor(
    private readonly client: ConfabClient,
    private readonly groupId: string,
    /** Large groups are not told how far their members are: there, a message's own word has to do. */
    isLarge: boolean,
  ) {
    super();
    const reload = () => {
      if (!isLarge) void this.load();
    };
    this.offs = [
      client.on('connected', reload),
      client.on('member_added', (member) => {
        if (member.groupId === groupId) reload();
      }),
      // When it was me, there is nothing left to ask for.
      client.on('member_removed', (member) => {
        if (member.groupId === groupId && member.userId !== client.userId) reload();
      }),
      client.on('group_reset', (reset) => {
        if (reset.groupId !== groupId) return;
        // The log is another one, and so are its places.
        this.markers.clear();
        reload();
      }),
      client.on('read', (marker) => this.move('read', marker)),
      client.on('delivered', (marker) => this.move('delivered', marker)),
    ];
    reload();
  }

  /** Of an own message: how far everyone else has it. */
  statusOf({ seq, status }: MessageView): MessageStatus {
    const others = [...this.markers].filter(([userId]) => userId !== this.client.userId).map(([, marker]) => marker);
    // Alone in the group, or the markers are not here yet: what the message itself says.
    if (others.length === 0) return status ?? 'sent';
    if (others.every(({ read }) => read >= seq)) return 'read';
    return others.every(({ delivered, read }) => Math.max(delivered, read) >= seq) ? 'delivered' : 'sent';
  }

  close(): void {
    for (const off of this.offs) off();
  }

  private async load(): Promise<void> {
    try {
      const states = await listAll<ReadStateView>(this.client, `/groups/${this.groupId}/read-state?`);
      // The answer may be from before an event that was faster; markers only move on.
      this.markers = new Map(
        states.map(({ userId, deliveredSeq, readSeq }) => {
          const { delivered = 0, read = 0 } = this.markers.get(userId) ?? {};
          return [userId, { delivered: Math.max(delivered, deliveredSeq), read: Math.max(read, readSeq) }];
        }),
      );
      this.tell();
    } catch {
      // The ticks stay as they are until the next connection.
    }
  }

  private move(kind: 'read' | 'delivered', { groupId, userId, seq }: MarkerView): void {
    if (groupId !== this.groupId) return;
    const marker = this.markers.get(userId) ?? { delivered: 0, read: 0 };
    this.markers.set(userId, { ...marker, [kind]: Math.max(marker[kind], seq) });
    this.tell();
  }

  private tell(): void {
    this.dispatchEvent(new Event('change'));
  }
}
