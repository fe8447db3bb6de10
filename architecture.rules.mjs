// Who may know whom (docs/architecture.md), once. eslint.config.mjs and .dependency-cruiser.mjs both read these tables:
// ESLint shows a fault in the editor, dependency-cruiser sees the whole graph and what a comment told ESLint to ignore.

const everyone = ['contract', 'config', 'common'];
const nouns = ['users', 'auth', 'groups', 'messages', 'attachments'];

/** Module → what it may import. A new folder under src/ imports nothing, and nobody imports it, until it stands here. */
export const mayKnow = {
  contract: ['contract'],
  config: ['contract', 'config'],
  common: everyone,
  database: [...everyone, 'database'],
  nodes: [...everyone, 'database', 'nodes'],
  users: [...everyone, 'database', 'users'],
  auth: [...everyone, 'database', 'auth', 'users'],
  groups: [...everyone, 'database', 'groups', 'users'],
  messages: [...everyone, 'database', 'messages', 'groups', 'users'],
  attachments: [...everyone, 'database', 'attachments', 'messages', 'groups', 'users'],
  // Nobody knows it: it learns by domain events and by reading logs.
  search: [...everyone, 'database', 'search', 'messages', 'groups', 'users'],
  'default-data': [...everyone, 'database', 'default-data', 'auth', 'messages', 'groups', 'users'],
  monitoring: [...everyone, 'database', 'monitoring', 'observatory', ...nouns],
  observatory: [...everyone, 'database', 'observatory'],
  docs: [...everyone, 'docs'],
  pages: [...everyone, 'pages'],
  // Its page of events stands in the frame of the documentation.
  realtime: [...everyone, 'database', 'realtime', 'docs', ...nouns],
  // main.ts, program.ts and app.setup.ts; the setup hangs in realtime's Socket.IO adapter. app.module.ts may import every *.module.ts besides: it is the list of them.
  app: [...everyone, 'database', 'app', 'default-data', 'docs', 'monitoring', 'realtime'],
  tools: [...everyone, 'database', 'tools', 'app', 'search', ...nouns],
  client: ['contract', 'client'],
  web: ['contract', 'client', 'web'],
  bench: [...everyone, 'database', 'bench', 'tools', ...nouns],
};

/** Role of a file (`noun.role.ts`) → the roles that it never imports, in its own module or in another. */
export const mayNotKnow = {
  controller: ['controller', 'gateway', 'repository', 'schema', 'policy'],
  gateway: ['controller', 'gateway', 'repository', 'schema', 'policy'],
  service: ['controller', 'gateway', 'module'],
  repository: ['controller', 'gateway', 'service', 'repository', 'policy', 'view', 'dto', 'module'],
  schema: ['controller', 'gateway', 'service', 'repository', 'policy', 'view', 'dto', 'module'],
};

/** Role of a file → the roles of which it takes types (a record) at most, never anything that runs. */
export const mayKnowOnlyTypesOf = {
  service: ['schema'],
  policy: ['controller', 'gateway', 'service', 'repository', 'schema', 'view', 'dto', 'module'],
  view: ['controller', 'gateway', 'service', 'repository', 'schema', 'dto', 'module'],
  dto: ['controller', 'gateway', 'service', 'repository', 'schema', 'module'],
};

export const databasePackages = ['mongoose', '@nestjs/mongoose', 'mongodb'];
export const socketPackages = ['socket.io', '@socket.io/*', 'engine.io', 'ws'];
