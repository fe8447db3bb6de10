/** At most so many messages are in the document, however long the history is. */
const maxShown = 200;
const step = 60;

/**
 * Which part of a group's messages is in the document, by `seq`. It follows the newest messages until somebody scrolls
 * up; it grows at the end that is scrolled to, and is cut at the other.
 */
export class ShownRange {
  /** `null`: the newest, as many as are shown at first. */
  private from: number | null = null;
  /** `null`: up to the newest, whatever comes. */
  private to: number | null = null;

  get followsNewest(): boolean {
    return this.to === null;
  }

  /** The part of `messages` that is shown; they are by `seq` and have no gap. */
  of<Message extends { seq: number }>(messages: readonly Message[]): readonly Message[] {
    const firstSeq = messages[0]?.seq ?? 1;
    const end = this.to === null ? messages.length : this.to - firstSeq + 1;
    // While it follows the newest, the oldest leave the document as new ones come.
    const start = this.from === null ? end - step : Math.max(this.from - firstSeq, end - maxShown);
    return messages.slice(Math.max(0, start), Math.max(0, end));
  }

  /** @returns whether there was something to grow by */
  growUp(messages: readonly { seq: number }[]): boolean {
    const shown = this.of(messages);
    const [first, loaded] = [shown[0]?.seq, messages[0]?.seq];
    if (first === undefined || loaded === undefined || first <= loaded) return false;
    this.from = Math.max(loaded, first - step);
    const lastShown = this.from + maxShown - 1;
    if (lastShown < (shown.at(-1)?.seq ?? 0)) this.to = lastShown;
    return true;
  }

  /** @returns whether there was something to grow by */
  growDown(messages: readonly { seq: number }[]): boolean {
    const newest = messages.at(-1)?.seq;
    if (this.to === null || newest === undefined) return false;
    this.to = this.to + step >= newest ? null : this.to + step;
    this.from = Math.max(this.from ?? 0, (this.to ?? newest) - maxShown + 1);
    return true;
  }

  /** Shows this place and what is around it. */
  goTo(seq: number, newestSeq: number): void {
    this.from = Math.max(1, seq - step);
    this.to = seq + step >= newestSeq ? null : seq + step;
  }

  goToNewest(): void {
    this.from = null;
    this.to = null;
  }
}
