/**
 * The embedded database cannot be served, for a reason the operator can do something about.
 * The message is one complete line that says what to do; it is meant to be printed as it is, without a stack.
 */
export class EmbeddedMongodbError extends Error {
  override readonly name: string = 'EmbeddedMongodbError';
}

/** This machine has no embedded engine: another platform, another C library, or the optional package left out. */
export class EngineUnavailableError extends EmbeddedMongodbError {
  override readonly name = 'EngineUnavailableError';

  /** @param reason One clause that says why, without a full stop. */
  constructor(reason: string, options?: ErrorOptions) {
    super(
      `The embedded MongoDB is not available: ${reason}. ` +
        'Set MONGODB_URI to a MongoDB server, for example the one of docker-compose.yml.',
      options,
    );
  }
}

/** Another process serves this data folder. Two engines on one folder would destroy it, so the second is refused. */
export class DataDirInUseError extends EmbeddedMongodbError {
  override readonly name = 'DataDirInUseError';
  readonly dataDir: string;
  /** For people: `process 17`, or `another process`. */
  readonly holder: string;

  /**
   * @param dataDir Absolute path of the folder.
   * @param holderPid Process id of the holder, or null when it cannot be known (see data-dir-lock.ts).
   */
  constructor(dataDir: string, holderPid: number | null) {
    const holder = holderPid === null ? 'another process' : `process ${String(holderPid)}`;
    super(`${dataDir} is in use by ${holder}; stop it, or set DATA_DIR to another folder`);
    this.dataDir = dataDir;
    this.holder = holder;
  }
}
