/** Why the server cannot start, in one line for the operator: what is wrong, and which setting to look at. */
export class CannotStartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CannotStartError';
  }
}
