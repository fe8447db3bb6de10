import { describe, expect, it } from '@jest/globals';

import { filterShape } from './filter-shape.js';

describe('filterShape', () => {
  it.each([
    [{ find: 'messages', filter: { groupId: 'secret', rev: { $gt: 7 } } }, '{groupId,rev:{$gt}}'],
    [{ find: 'users', filter: { _id: { $in: ['secret', 'secret'] } } }, '{_id:{$in}}'],
    [
      { find: 'users', filter: { $or: [{ a: 1 }, { b: { $gte: 1, $lt: 2 } }, { a: 'secret' }] } },
      '{$or:[{a}|{b:{$gte,$lt}}]}',
    ],
    [{ count: 'users', query: { isActive: true } }, '{isActive}'],
    [{ update: 'users', updates: [{ q: { _id: 'secret' }, u: { $set: { email: 'secret' } } }] }, '{_id}'],
    [{ delete: 'users', deletes: [{ q: { at: { $lt: new Date() } } }] }, '{at:{$lt}}'],
    [
      { aggregate: 'messages', pipeline: [{ $sort: { a: 1 } }, { $match: { groupId: 'secret' } }] },
      '{$match:{groupId}}',
    ],
    [{ insert: 'messages', documents: [{ content: 'secret' }] }, null],
    [{ find: 'messages', filter: {} }, '{}'],
  ])('of %j is %j', (command, shape) => {
    expect(filterShape(command)).toBe(shape);
  });

  it('ends, however deep and long a filter is', () => {
    let deep: object = { last: 'secret' };
    for (let level = 0; level < 100; level += 1) deep = { level: deep };
    const long = Object.fromEntries(Array.from({ length: 1000 }, (_nothing, index) => [`field${String(index)}`, 1]));
    expect(filterShape({ filter: deep })?.length).toBeLessThan(100);
    expect(filterShape({ filter: long })?.length).toBe(300);
  });
});
