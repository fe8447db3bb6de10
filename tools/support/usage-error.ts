/** What was asked for cannot be done; the message is for the one who asked. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The work cannot be done here and now, for a reason that somebody can do something about: the message says what. */
export class CannotDoError extends Error {
  override readonly name = 'CannotDoError';
}
