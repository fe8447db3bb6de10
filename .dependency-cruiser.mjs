// The architecture on the whole graph of imports. What eslint.config.mjs holds file by file is held here again from the
// same tables; only here: no cycles, no orphans, no import that is undeclared, unresolvable or missing in production.
import { databasePackages, mayKnow, mayKnowOnlyTypesOf, mayNotKnow, socketPackages } from './architecture.rules.mjs';

const tests = '\\.(spec|fixture)\\.ts$';

/** The files of a module of the table, as a regular expression. */
const filesOf = (name) => {
  if (['bench', 'client', 'contract', 'tools', 'web'].includes(name)) return `^${name}/`;
  return name === 'app' ? '^src/[^/]+\\.ts$' : `^src/${name}/`;
};
const filesOfRole = (role) => {
  if (role === 'dto') return '^src/.+/dto/[^/]+\\.ts$';
  // Not config's module: every class that wants the settings names its token.
  return role === 'module' ? '^src/(?!config/)[^/]+/.*\\.module\\.ts$' : `^src/[^/]+/.*\\.${role}\\.ts$`;
};
const filesOfPackages = (names) =>
  names.map((name) => `(^|/)node_modules/${name.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}/`);

const appModule = '^src/app\\.module\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(mayKnow).map(([name, known]) => ({
      name: `${name}-knows-too-much`,
      severity: 'error',
      from: { path: filesOf(name), pathNot: [tests, appModule] },
      to: { path: '^(bench|client|contract|src|tools|test|web)/', pathNot: known.map(filesOf) },
    })),
    {
      name: 'page-knows-other-page',
      comment: 'What two pages of web/ need lies in web/shared/.',
      severity: 'error',
      from: { path: '^web/([^/]+)/', pathNot: tests },
      to: { path: '^web/[^/]+/', pathNot: ['^web/$1/', '^web/shared/'] },
    },
    {
      name: 'unlisted-module',
      comment: 'A folder under src/ that architecture.rules.mjs does not know.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: Object.keys(mayKnow).map(filesOf) },
      to: {},
    },
    {
      name: 'app-module-only-lists-modules',
      severity: 'error',
      from: { path: appModule },
      to: {
        path: '^(src|tools|test)/',
        pathNot: [filesOfRole('module'), ...mayKnow.app.map(filesOf)],
      },
    },
    ...Object.entries(mayNotKnow).map(([role, unknown]) => ({
      name: `${role}-knows-wrong-role`,
      comment: 'controller → service → repository, policy, view; repository → schema',
      severity: 'error',
      from: { path: filesOfRole(role) },
      to: { path: unknown.map(filesOfRole) },
    })),
    ...Object.entries(mayKnowOnlyTypesOf).map(([role, unknown]) => ({
      name: `${role}-takes-only-types`,
      severity: 'error',
      from: { path: filesOfRole(role) },
      to: { path: unknown.map(filesOfRole), dependencyTypesNot: ['type-only'] },
    })),
    {
      name: 'mongoose-outside-repositories',
      severity: 'error',
      from: {
        path: '^(contract|src|tools)/',
        pathNot: [tests, '^src/database/', ...['schema', 'repository'].map(filesOfRole)],
      },
      to: { path: filesOfPackages(databasePackages), pathNot: 'node_modules/@nestjs/mongoose/' },
    },
    {
      name: 'nest-mongoose-outside-repositories',
      comment: 'As above; the files that wire modules need it too.',
      severity: 'error',
      from: {
        path: '^(contract|src|tools)/',
        pathNot: [tests, '^src/database/', ...['schema', 'repository', 'module'].map(filesOfRole), appModule],
      },
      to: { path: '(^|/)node_modules/@nestjs/mongoose/' },
    },
    {
      name: 'sockets-outside-realtime',
      severity: 'error',
      from: { path: '^(contract|src|tools)/', pathNot: [tests, '^src/realtime/'] },
      to: { path: filesOfPackages(socketPackages) },
    },
    {
      name: 'code-knows-tests',
      severity: 'error',
      from: { path: '^(contract|src|tools|web)/', pathNot: tests },
      to: { path: ['^test/', tests] },
    },
    {
      name: 'no-cycle',
      comment: 'Type imports too: with decorator metadata a cycle of classes is a crash at start.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      comment: 'Not imported and imports nothing. (Programs that are started by themselves are entries.)',
      severity: 'error',
      from: { orphan: true, path: '^(src|tools|test|web)/', pathNot: ['\\.d\\.ts$', '/main\\.ts$'] },
      to: {},
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-package',
      comment: 'It works by luck: some other package brought it. (The tests of the workspaces use those of the root.)',
      severity: 'error',
      from: { pathNot: ['^client/test/', '^(client|web)/.*\\.(spec|fixture)\\.ts$'] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-package-in-production',
      comment:
        'The image installs without development dependencies. (Tools that are for developers only may use them.)',
      severity: 'error',
      from: { path: '^(contract|src)/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm', 'npm-optional'] },
    },
    {
      name: 'no-deprecated-package',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['deprecated'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data|coverage|test/data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
