/** What the server and the child that runs the engine say to each other. Types only: the child must not import siblings (see engine.process.ts). */

/** The child's only argument, as JSON. All paths are absolute. */
export interface EngineSettings {
  /** Folder of the database's own files. */
  readonly databaseDir: string;
  /** Where the engine's socket is to be found, whatever the engine calls it this time (see socket-address.ts). */
  readonly socketPath: string;
  /** The native module to load; null for the one of the installed package. */
  readonly modulePath: string | null;
  /** How long to wait for a predecessor that still has the database open, in milliseconds. */
  readonly lockWaitMs: number;
}

/** From the child to the server. */
export type EngineReport =
  /** Another process has the database open; the child goes on trying. Sent once. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'serving' }
  /** Sent before the child exits by itself. `inUse`: another process had the database open to the end. */
  | { readonly kind: 'failed'; readonly inUse: boolean; readonly message: string };

/** From the server to the child: close the database and exit. */
export type EngineOrder = 'stop';
