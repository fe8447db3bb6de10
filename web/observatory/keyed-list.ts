/** Something that is shown in a list, made once for each item and shown anew when the item changes. */
export interface ItemView<Item> {
  element: HTMLElement;
  show?: (item: Item) => void;
}

/** Keeps the children of an element the same as a list of items, by their keys: what is there stays, with its focus. */
export class KeyedList<Item> {
  private readonly views = new Map<string, ItemView<Item>>();

  constructor(
    private readonly parent: Element,
    private readonly keyOf: (item: Item) => string,
    private readonly make: (item: Item) => ItemView<Item>,
  ) {}

  show(items: readonly Item[]): void {
    const focused = document.activeElement;
    const keys = new Set(items.map(this.keyOf));
    for (const [key, view] of this.views) {
      if (keys.has(key)) continue;
      view.element.remove();
      this.views.delete(key);
    }
    let place = this.parent.firstElementChild;
    for (const item of items) {
      const element = this.viewOf(item).element;
      if (element === place) place = place.nextElementSibling;
      else this.parent.insertBefore(element, place);
    }
    // What was moved has lost it.
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.parent.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }

  find(key: string): HTMLElement | null {
    return this.views.get(key)?.element ?? null;
  }

  private viewOf(item: Item): ItemView<Item> {
    const key = this.keyOf(item);
    const view = this.views.get(key) ?? this.make(item);
    this.views.set(key, view);
    view.show?.(item);
    return view;
  }
}
