// Who holds which rule of docs/architecture.md:
//
//   architecture.rules.mjs          the tables: who may know whom
//   here, boundaries/dependencies   these tables: between modules, between the roles inside a module (`checkInternals`),
//                                   and which packages belong to whom
//   here, the rest                  process.env only in config, no forwardRef, no barrel files, no banned file names
//   .dependency-cruiser.mjs         the same tables on the whole graph, besides cycles, orphans and undeclared packages
//   knip.jsonc                      unused files, exports and dependencies
//   test/project/                   lengths of files, words that must not stay in the code, versions in the lockfile
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import boundaries from 'eslint-plugin-boundaries';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { databasePackages, mayKnow, mayKnowOnlyTypesOf, mayNotKnow, socketPackages } from './architecture.rules.mjs';

const directions = [
  { allow: { to: { module: { origin: ['external', 'core'] } } } },
  ...Object.entries(mayKnow).map(([from, to]) => ({
    from: { element: { type: from } },
    allow: { to: { element: { type: to } } },
  })),
  {
    from: { file: { categories: 'app-module' } },
    allow: { to: { file: { categories: 'module' } } },
  },

  ...Object.entries(mayNotKnow).map(([from, to]) => ({
    from: { file: { categories: from } },
    disallow: { to: { file: { categories: to } } },
    message: `A ${from} does not import this role: controller → service → repository, policy, view; repository → schema.`,
  })),
  ...Object.entries(mayKnowOnlyTypesOf).map(([from, to]) => ({
    from: { file: { categories: from } },
    disallow: { to: { file: { categories: to } }, dependency: { kind: 'value' } },
    message: `A ${from} takes only types from this role (\`import type\`), never anything that runs.`,
  })),

  {
    from: { element: { type: '!realtime' } },
    disallow: { to: { module: { source: socketPackages } } },
    message: 'Only realtime knows socket.io and ws; say it with a domain event.',
  },
  {
    from: { element: { type: '!tools' } },
    disallow: { to: { module: { source: 'socket.io-client' } } },
    message: 'socket.io-client is for tests, tools and the client.',
  },
  {
    disallow: { to: { module: { source: databasePackages } } },
    message: 'Only schemas, repositories and src/database know Mongoose.',
  },
  {
    from: [{ file: { categories: ['schema', 'repository'] } }, { element: { type: 'database' } }],
    allow: { to: { module: { source: databasePackages } } },
  },
  {
    from: { file: { categories: ['module', 'app-module'] } },
    allow: { to: { module: { source: '@nestjs/mongoose' } } },
  },

  {
    disallow: { to: [{ file: { categories: 'test' } }, { element: { type: 'test' } }] },
    message: 'Code does not import tests.',
  },
  // Tests stand outside: they may look at everything.
  {
    from: [{ file: { categories: 'test' } }, { element: { type: 'test' } }],
    allow: { to: { module: { origin: '*' } } },
  },
];

const noForwardRef = {
  name: '@nestjs/common',
  importNames: ['forwardRef'],
  message: 'What is needed the other way goes through a domain event.',
};
const noEnvironmentImport = ['process', 'node:process'].map((name) => ({
  name,
  importNames: ['env'],
  message: 'Only src/config reads the environment.',
}));

export default defineConfig(
  globalIgnores(['dist/', 'client/dist/', 'coverage/', 'data/', 'test/data/']),

  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // The compiler does it (noUnusedLocals, noUnusedParameters).
      '@typescript-eslint/no-unused-vars': 'off',
      // Nest's modules are empty classes under a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Nest declares the options of its own functions as classes, and expects literals.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Separate `import type` lines: SWC drops them without looking at the other file, and the rules above see the kind.
      // `typeof import('package')` stays: it names the type of an optional package without loading it.
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      'no-restricted-imports': ['error', { paths: [noForwardRef] }],
    },
  },

  {
    files: ['contract/**/*.ts', 'src/**/*.ts', 'tools/**/*.ts', 'test/**/*.ts'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { typescript: { project: './tsconfig.json' } },
      'boundaries/dependency-nodes': ['import', 'dynamic-import', 'export'],
      'boundaries/legacy-templates': false,
      'boundaries/elements': [
        { type: 'contract', pattern: 'contract', partialMatch: false },
        { type: 'tools', pattern: 'tools', partialMatch: false },
        { type: 'test', pattern: 'test', partialMatch: false },
        ...Object.keys(mayKnow)
          .filter((name) => !['contract', 'tools', 'app'].includes(name))
          .map((name) => ({ type: name, pattern: `src/${name}`, partialMatch: false })),
        { type: 'unlisted', pattern: 'src/*', partialMatch: false },
        { type: 'app', pattern: 'src', partialMatch: false },
      ],
      'boundaries/files': [
        { category: 'test', pattern: ['**/*.spec.ts', '**/*.fixture.ts'] },
        { category: 'app-module', pattern: 'src/app.module.ts' },
        // Not config's: every class that wants the settings names its token.
        { category: 'module', pattern: 'src/!(config)/**/*.module.ts' },
        ...['controller', 'gateway', 'service', 'repository', 'schema', 'policy', 'view'].map((role) => ({
          category: role,
          pattern: `src/**/*.${role}.ts`,
        })),
        { category: 'dto', pattern: 'src/**/dto/*.ts' },
      ],
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        { default: 'disallow', checkInternals: true, checkAllOrigins: true, policies: directions },
      ],
    },
  },

  {
    files: ['contract/**/*.ts', 'src/**/*.ts', 'tools/**/*.ts', 'web/**/*.ts'],
    ignores: ['src/*/index.ts', 'contract/index.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportAllDeclaration, ExportNamedDeclaration[source]',
          message: 'Import from the file itself; only src/<module>/index.ts passes things on.',
        },
      ],
    },
  },

  {
    files: ['src/**/*.ts'],
    // Programs (program.ts, and the embedded database, which runs without src/config) hand the environment in once.
    ignores: [
      'src/config/**',
      'src/program.ts',
      'src/database/embedded/{serve,engine.process}.ts',
      '**/*.spec.ts',
      '**/*.fixture.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only src/config reads the environment.' },
      ],
      'no-restricted-imports': ['error', { paths: [noForwardRef, ...noEnvironmentImport] }],
    },
  },

  {
    files: ['src/program.ts', 'tools/**/*.ts', 'scripts/**/*.mjs', 'web/*.mjs'],
    rules: { 'no-console': 'off' },
  },

  {
    files: ['**/*.spec.ts', '**/*.fixture.ts', 'test/**/*.ts'],
    rules: {
      // `expect(service.send)` names a method without calling it.
      '@typescript-eslint/unbound-method': 'off',
      // In a test a missing value may end it right there.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },

  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        AbortSignal: 'readonly',
        URL: 'readonly',
        clearTimeout: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        process: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },

  // These stand last: they take the place of every other syntax rule for a file that should not be there at all.
  {
    files: ['**/*{util,helper,manager}*', '**/*{util,helper,manager}*/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'Program', message: 'Named after nothing: no util, helper or manager. Say what it does.' },
      ],
    },
  },
  {
    files: ['src/index.ts', 'src/*/*/**/index.ts', 'tools/**/index.ts'],
    rules: {
      'no-restricted-syntax': ['error', { selector: 'Program', message: 'At most one index.ts a module, at its top.' }],
    },
  },

  prettier,
);
