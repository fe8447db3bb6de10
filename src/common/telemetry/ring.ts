/** The last of many, in slots that are made once and used again: remembering one more costs no memory. */
export class Ring<Slot extends object> {
  private readonly slots: Slot[];
  private next = 0;
  private filled = 0;

  constructor(size: number, make: () => Slot) {
    this.slots = Array.from({ length: size }, make);
  }

  /** The slot for the next one, with what it last held: every field is to be set. */
  take(): Slot {
    const slot = this.slots[this.next];
    if (slot === undefined) throw new Error('a ring has at least one slot');
    this.next = (this.next + 1) % this.slots.length;
    if (this.filled < this.slots.length) this.filled += 1;
    return slot;
  }

  /** Newest first. The slots are used again: whoever keeps something copies it. */
  *newestFirst(): Iterable<Readonly<Slot>> {
    for (let back = 1; back <= this.filled; back += 1) {
      const slot = this.slots[(this.next - back + this.slots.length) % this.slots.length];
      if (slot !== undefined) yield slot;
    }
  }

  /** Copies of the newest that are `wanted`, newest first, `limit` of them. */
  newest(limit: number, wanted: (slot: Readonly<Slot>) => boolean = () => true): Slot[] {
    const found: Slot[] = [];
    for (const slot of this.newestFirst()) {
      if (found.length >= limit) break;
      if (wanted(slot)) found.push({ ...slot });
    }
    return found;
  }
}
