import { Problem } from '../common/problem.js';

/** The answer to a token that was good once. */
export function sessionEnded(): Problem {
  return new Problem('session_revoked', 'The session has ended; log in again.');
}
