// The tests that look at the server's pages in Chromium: `npm run test:browser`. Everything else is as in `npm test`.
import { resolve } from 'node:path';

import base from '../../jest.config.mjs';

/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: resolve(import.meta.dirname, '../..'),
  testMatch: ['<rootDir>/test/browser/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // One browser beside one server is what two cores carry.
  maxWorkers: 1,
};
