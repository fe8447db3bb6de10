// Jest runs the TypeScript sources as ES modules; SWC turns them into JavaScript with the settings of .swcrc, the same
// as the build. Types are not checked here (`npm run types`). Node needs --experimental-vm-modules: see `npm test`.

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{bench,client,contract,src,tools,test,web}/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/(dist|data|coverage|client/dist)/'],
  // These need a browser or a Redis server, or take minutes. Each has its own npm script, which sets this list anew.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(browser|cluster|faults|load)/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  // Imports name the built file (`./clock.js`), the source is `./clock.ts`.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Two cores are what the smallest machine has; more workers would only take turns, and share its memory.
  maxWorkers: 2,
  // Real database, real sockets: a cold start of both on a busy machine takes seconds, a hanging test never ends.
  testTimeout: 60_000,
  // A worker that has run dozens of files holds more than a gigabyte (modules under Jest are never freed), and giving that
  // back takes longer than the 500 ms after which Jest would kill it and speak of a leak. A leak outlives this as well.
  workerGracefulExitTimeout: 10_000,
  // Past this a worker ends after its file and another one goes on: two of them met the heap's limit of 4 GB once.
  workerIdleMemoryLimit: '1500MB',
  setupFiles: ['<rootDir>/test/support/load-nest.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};
