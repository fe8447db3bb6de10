import type { ProblemCode } from '../../contract/problems.js';
import type { Column, Scene, SceneOptions } from './access-matrix-scene.js';

/** What is answered: a status, or the code of the problem. */
export type Expected = number | ProblemCode;

type Cells = Record<Column, Expected>;

export interface RouteRow extends SceneOptions {
  /** As the OpenAPI document has it, without the prefix. A route may have several rows. */
  route: string;
  /** On what it acts, where that matters. */
  on?: string;
  path: (scene: Scene, by: Column) => string;
  body?: (scene: Scene, by: Column) => object;
  cells: Cells;
  /** It ends sessions of the one who asks, or changes his account: not to be done to people whom other rows need. */
  needsNewPeople?: boolean;
}

/** The same answer for everybody, signed in or not. */
export const open = (expected: Expected): Cells => ({
  ...signedIn(expected),
  nobody: expected,
  expired: expected,
  deactivated: expected,
});

/** The same answer for everybody who is signed in. */
export function signedIn(expected: Expected): Cells {
  return cells(expected, expected, expected, expected);
}

/**
 * Answers by the place in the group. An admin is an outsider there: his role opens no conversation. So is who was a member
 * once; and who is blocked by another is a member like any.
 */
export function cells(outsider: Expected, member: Expected, moderator: Expected, owner: Expected): Cells {
  return {
    nobody: 'unauthenticated',
    expired: 'token_expired',
    deactivated: 'session_revoked',
    outsider,
    former: outsider,
    admin: outsider,
    blocked: member,
    member,
    moderator,
    owner,
  };
}

export const byAdmins = (expected: Expected): Cells => ({ ...signedIn('forbidden'), admin: expected });
export const byMembers = (expected: Expected) => cells('not_a_member', expected, expected, expected);
export const byModerators = (expected: Expected) => cells('not_a_member', 'forbidden', expected, expected);
