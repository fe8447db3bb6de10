/**
 * Arrow keys walk through a list, Tab passes it by in one step (WAI-ARIA, "roving tabindex"). Works on whatever is in the
 * list when a key is pressed, so the list may change at any time.
 */
export function rove(container: HTMLElement, selector: string, keys: 'vertical' | 'horizontal' = 'vertical'): void {
  const [back, forth] = keys === 'vertical' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
  container.addEventListener('keydown', (event) => {
    const stops = stopsOf(container, selector);
    const at = stops.findIndex((stop) => stop === document.activeElement);
    if (at === -1) return;
    const to = { [back]: at - 1, [forth]: at + 1, Home: 0, End: stops.length - 1 }[event.key];
    const next = to === undefined ? undefined : stops[Math.max(0, Math.min(to, stops.length - 1))];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  });
  container.addEventListener('focusin', ({ target }) => {
    const stops = stopsOf(container, selector);
    if (target instanceof HTMLElement && stops.includes(target)) setStop(stops, target);
  });
}

/** Makes sure that Tab finds exactly one stop of a list. @param preferred when no other one is it already */
export function keepOneStop(container: HTMLElement, selector: string, preferred: 'first' | 'last' = 'first'): void {
  const stops = stopsOf(container, selector);
  const present = stops.filter(({ tabIndex }) => tabIndex === 0);
  const wanted = present.length > 0 ? present[0] : preferred === 'first' ? stops[0] : stops.at(-1);
  if (wanted !== undefined && present.length !== 1) setStop(stops, wanted);
}

function stopsOf(container: HTMLElement, selector: string): HTMLElement[] {
  return [...container.querySelectorAll<HTMLElement>(selector)];
}

function setStop(stops: readonly HTMLElement[], wanted: HTMLElement): void {
  for (const stop of stops) stop.tabIndex = stop === wanted ? 0 : -1;
}
