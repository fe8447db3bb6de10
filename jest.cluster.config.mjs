// `npm run test:cluster`: what needs a Redis server (Debian: redis-server). The specs of test/cluster/ start processes of
// their own; the stories below are the same as in `npm test`, told over two nodes behind a balancer.
import base from './jest.config.mjs';

const stories = [
  'auth-sessions',
  'blocks',
  'conversation',
  'groups-direct',
  'members',
  'members-roles',
  'messages-change',
  'messages-unread',
  'realtime-audience',
  'realtime-markers',
  'realtime-membership',
  'realtime-mentions',
  'realtime-order',
  'realtime-presence',
  'realtime-sessions',
  'realtime-sync',
  'realtime-typing',
];

/** @type {import('jest').Config} */
export default {
  ...base,
  testMatch: ['<rootDir>/test/cluster/**/*.spec.ts', `<rootDir>/test/e2e/(${stories.join('|')}).spec.ts`],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/cluster/global-setup.mjs',
  globalTeardown: '<rootDir>/test/cluster/global-teardown.mjs',
};
