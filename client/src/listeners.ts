/** Takes a listener off again. */
export type Unsubscribe = () => void;

type AnyListener = (payload: never) => void;

/** Listeners by the name of their event, typed by a map from name to payload. */
export class Listeners<Events extends object> {
  private readonly byName = new Map<keyof Events, Set<AnyListener>>();

  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): Unsubscribe {
    const listeners = this.byName.get(name) ?? new Set<AnyListener>();
    this.byName.set(name, listeners);
    // Wrapped, so that the same function can be added twice and taken off once.
    const own: AnyListener = (payload: Events[Name]) => {
      listener(payload);
    };
    listeners.add(own);
    return () => {
      listeners.delete(own);
    };
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const listener of [...(this.byName.get(name) ?? [])])
      callListener(() => {
        (listener as (payload: Events[Name]) => void)(payload);
      });
  }

  clear(): void {
    this.byName.clear();
  }
}

/**
 * Runs the code of the application. What it throws must neither stop the other listeners nor break what this package
 * was doing, and must not be swallowed either: it goes where uncaught errors go.
 */
export function callListener(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
