import { describe, expect, it } from '@jest/globals';
import { version } from 'uuid';

import { isUuid, newEpoch, newGroupId, newMessageId, newSessionId, newUserId, requireUuid } from './ids.js';

const id = '0197b6a0-1234-7abc-89ab-0123456789ab';

describe('ids', () => {
  it.each([
    ['user', newUserId, 7],
    ['group', newGroupId, 7],
    ['message', newMessageId, 7],
    ['session', newSessionId, 4],
    ['epoch', newEpoch, 4],
  ])('of a %s are UUIDs of version %#', (_what, make, expected) => {
    const made = Array.from({ length: 100 }, () => make());
    expect(made.map(version)).toEqual(made.map(() => expected));
    expect(new Set(made).size).toBe(100);
  });

  it('of messages made one after the other are in order', () => {
    const made = Array.from({ length: 1000 }, () => newMessageId());
    expect(made).toEqual([...made].sort());
  });

  it.each<[unknown, boolean]>([
    [id, true],
    [id.toUpperCase(), true],
    [`{${id}}`, false],
    [`${id} `, false],
    [`${id}\n`, false],
    [id.replaceAll('-', ''), false],
    [`urn:uuid:${id}`, false],
    [id.slice(1), false],
    [id.replace('7abc', 'gabc'), false],
    ['', false],
    [null, false],
    [undefined, false],
    [7, false],
    [{ $ne: id }, false],
    [[id], false],
  ])('takes %j for a UUID: %s', (value, expected) => {
    expect(isUuid(value)).toBe(expected);
    const refusal = { code: 'validation_failed', errors: [{ field: 'groupId', message: 'must be a UUID' }] };
    if (expected) expect(requireUuid(value, 'groupId')).toBe(id);
    else expect(() => requireUuid(value, 'groupId')).toThrow(expect.objectContaining(refusal));
  });
});
