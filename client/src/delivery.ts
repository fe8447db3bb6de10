import type { Markers } from './markers.js';
import type { Timer } from './timers.js';

/** What arrives within this time is confirmed in one go. */
const gatherMs = 250;

/** Confirms to the server what has been delivered here. */
export class Delivery {
  private readonly arrived = new Map<string, number>();
  private timer: Timer | undefined;

  constructor(private readonly markers: Markers) {}

  note(groupId: string, seq: number): void {
    this.arrived.set(groupId, Math.max(seq, this.arrived.get(groupId) ?? 0));
    this.timer ??= setTimeout(() => {
      this.confirm();
    }, gatherMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private confirm(): void {
    this.timer = undefined;
    for (const [groupId, seq] of this.arrived) {
      // A courtesy to the senders. It is refused when the group is not mine any more, and then nobody waits for it.
      this.markers.advance('delivered', groupId, seq).catch(() => undefined);
    }
    this.arrived.clear();
  }
}
