/** How far from the end still counts as being there, in CSS pixels. */
const endSlack = 48;

/**
 * Keeps a scrolled list where its reader is: at the end, as long as he is there, else at the row that he looks at,
 * whatever is put above it.
 */
export class ScrollPlace {
  /** Whether the reader is at the end. */
  isAtEnd = true;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly rows: HTMLElement,
  ) {
    // The composer grows, a side panel opens, a picture comes: the end stays in sight.
    const observer = new ResizeObserver(() => this.stick());
    observer.observe(scroller);
    observer.observe(rows);
  }

  /** After the reader has scrolled. */
  note(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.isAtEnd = scrollHeight - scrollTop - clientHeight < endSlack;
  }

  /** Changes the rows, and puts the reader back. */
  keepWhile(change: () => void): void {
    const top = this.scroller.getBoundingClientRect().top;
    const anchor = [...this.rows.children].find((row) => row.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (this.isAtEnd) this.stick();
    else if (anchor?.isConnected === true) this.scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  stick(): void {
    if (this.isAtEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  goToEnd(): void {
    this.isAtEnd = true;
    this.stick();
  }
}
