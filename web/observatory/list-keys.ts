/** Moves the focus through the links of a list with j and k, the arrows, Home and End; Enter is the link's own. */
export function stepThrough(place: HTMLElement, selector: string): void {
  place.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const current = event.target instanceof Element ? event.target.closest(selector) : null;
    if (current === null) return;
    const rows = [...place.querySelectorAll<HTMLElement>(selector)];
    const from = rows.indexOf(current as HTMLElement);
    const steps: Record<string, number> = {
      j: from + 1,
      ArrowDown: from + 1,
      k: from - 1,
      ArrowUp: from - 1,
      Home: 0,
      End: rows.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    rows[Math.min(rows.length - 1, Math.max(0, to))]?.focus();
  });
}
