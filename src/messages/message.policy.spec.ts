import { describe, expect, it } from '@jest/globals';

import { newUserId } from '../common/ids.js';
import { refuseEdit, refuseRemove, refuseRestore } from './message.policy.js';

const [author, moderator, member] = [newUserId(), newUserId(), newUserId()];
const names = { author, moderator, member };
type Name = keyof typeof names;

/** A message of the author's; deleted by whom, if at all. */
function aMessage(deletedBy: Name | null) {
  return {
    senderId: author,
    deletedAt: deletedBy === null ? null : new Date(0),
    deletedBy: deletedBy === null ? null : names[deletedBy],
    erasedAt: null,
  };
}

describe('message.policy', () => {
  it.each<[Name, Name | null, string]>([
    ['author', null, 'allowed'],
    ['moderator', null, 'forbidden'],
    ['member', null, 'forbidden'],
    ['author', 'author', 'gone'],
    ['author', 'moderator', 'gone'],
    // That it is gone is not what somebody else is told first.
    ['member', 'author', 'forbidden'],
  ])('answers %s, who edits a message that %s has deleted: %s', (who, deletedBy, expected) => {
    expect(refuseEdit(names[who], aMessage(deletedBy))?.code ?? 'allowed').toBe(expected);
  });

  it.each<[Name, Name | null, string]>([
    ['author', null, 'allowed'],
    ['moderator', null, 'allowed'],
    ['member', null, 'forbidden'],
    ['author', 'moderator', 'allowed'],
    ['moderator', 'author', 'allowed'],
    ['member', 'author', 'forbidden'],
  ])('answers %s, who deletes a message that %s has deleted: %s', (who, deletedBy, expected) => {
    expect(refuseRemove(names[who], who === 'moderator', aMessage(deletedBy))?.code ?? 'allowed').toBe(expected);
  });

  it.each<[Name, Name | null, string]>([
    ['author', 'author', 'allowed'],
    ['author', 'moderator', 'forbidden'],
    ['moderator', 'moderator', 'allowed'],
    ['moderator', 'author', 'forbidden'],
    ['member', 'author', 'forbidden'],
    ['author', null, 'allowed'],
    ['moderator', null, 'allowed'],
  ])('answers %s, who restores a message that %s has deleted: %s', (who, deletedBy, expected) => {
    expect(refuseRestore(names[who], aMessage(deletedBy))?.code ?? 'allowed').toBe(expected);
  });

  it('lets nobody restore what was deleted for good, not even who did it', () => {
    const erased = { ...aMessage('moderator'), erasedAt: new Date(0) };
    expect([author, moderator, member].map((userId) => refuseRestore(userId, erased)?.code)).toEqual([
      'gone',
      'gone',
      'gone',
    ]);
  });

  it.each([
    ['an edit', refuseEdit(member, aMessage(null))],
    ['a deletion', refuseRemove(member, false, aMessage(null))],
    ['a restoration', refuseRestore(member, aMessage('author'))],
  ])('says in words why %s is refused', (_what, refusal) => {
    expect(refusal?.detail).toMatch(/^[A-Z].*\.$/);
  });
});
