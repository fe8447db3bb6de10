import { describe, expect, it } from '@jest/globals';

import { addressOf, parseRoute, type Route } from './route.js';

const id = '0198a2f0-1111-7222-8333-444455556666';

describe('a place on the page', () => {
  it.each<Route>([
    { view: 'overview' },
    { view: 'projects' },
    { view: 'live' },
    { view: 'status' },
    { view: 'project', id },
    { view: 'conversation', id, tab: 'dialogue' },
    { view: 'conversation', id, tab: 'analytics' },
  ])('has an address that leads to it: %j', (route) => expect(parseRoute(addressOf(route))).toEqual(route));

  it.each(['', '#', '#/nowhere', '#/projects/17', `#/conversations/${id}/more`, `#/projects/${id}/../..`])(
    'is the overview where an address leads nowhere: %j',
    (address) => expect(parseRoute(address)).toEqual({ view: 'overview' }),
  );
});
