/**
 * Lint rules. The rooms of the house (docs/architecture.md) and what each may import are the table
 * below; every rule made from it has a fixture in test/lint that shows it bite.
 */

import { defineConfig } from 'oxlint';
import type { OxlintOverride } from 'oxlint';

interface Room {
  readonly folder: string;
  /** Doors of other rooms that it may use. */
  readonly doors: readonly string[];
  /** Rooms inside this one, which are used by their own door. */
  readonly inner?: readonly string[];
  /** The room does no input or output and runs where there is no Node: it imports nothing at all. */
  readonly isPure?: boolean;
}

const doors = [
  '#domain',
  '#sandbox',
  '#report',
  '#kernel',
  '#kernel/testing',
  '#ports',
  '#actors',
  '#cluster',
  '#persistence',
  '#persistence/files',
  '#gateway',
  '#sdk',
  '#cli/runner',
  '#examples/*',
  'xtrading/strategy',
];

const everything = doors.filter((door) => door !== 'xtrading/strategy');

/** What tests of a room may import beside: doors that would bring the test tools into the program. */
const testDoors: Readonly<Record<string, string>> = {
  actors: '#kernel/testing',
  'actors/kernel': '#kernel/testing',
  'actors/ports': '#kernel/testing',
  cluster: '#kernel/testing',
  persistence: '#kernel/testing',
  gateway: '#kernel/testing',
};

const rooms: readonly Room[] = [
  { folder: 'domain', doors: [], isPure: true },
  { folder: 'sandbox', doors: ['#domain'] },
  { folder: 'report', doors: ['#domain'] },
  { folder: 'actors', doors: ['#domain', '#kernel', '#ports'], inner: ['kernel', 'ports'] },
  { folder: 'actors/kernel', doors: [] },
  { folder: 'actors/ports', doors: ['#domain', '#kernel'] },
  { folder: 'cluster', doors: ['#kernel'] },
  { folder: 'persistence', doors: ['#domain', '#kernel', '#ports'] },
  { folder: 'gateway', doors: ['#domain', '#actors', '#ports'] },
  { folder: 'sdk', doors: [] },
  { folder: 'terminal', doors: ['#sdk'] },
  { folder: 'cli', doors: everything },
  { folder: 'bench', doors: everything },
  { folder: 'test', doors: everything },
  // What a user's project can import, and nothing else.
  { folder: 'examples', doors: ['xtrading/strategy'] },
  // Programs as others may write them.
  { folder: 'docs', doors: [] },
];

/** Packages that one room keeps to itself, so that replacing them is a change in one place. */
const keptPackages: Readonly<Record<string, string>> = {
  nact: 'actors/kernel',
  'isolated-vm': 'sandbox',
  ioredis: 'persistence',
};

/** Levels of folders told apart; files further down may go up this many levels and no more. */
const depthMax = 5;

const importRules = (room: Room, depth: number, isTest: boolean): NonNullable<OxlintOverride['rules']> => {
  const escape = (text: string) => text.replaceAll(/[/.]/g, String.raw`\$&`).replace('*', '[^/]+');
  const refusedDoors = doors.filter(
    (door) => !room.doors.includes(door) && !(isTest && testDoors[room.folder] === door),
  );
  const refusedPackages = Object.keys(keptPackages).filter((name) => keptPackages[name] !== room.folder);
  const patterns = [
    {
      regex: String.raw`^(\./)*(\.\./){${depth + 1}}|^\.\.$|[^.]/\.\.(/|$)`,
      message: `A relative path must stay in ${room.folder}/; use the other room's door (#name).`,
    },
  ];
  if (refusedDoors.length > 0) {
    const names = refusedDoors.map(escape).join('|');
    patterns.push({ regex: `^(${names})$`, message: `${room.folder}/ may not import that room.` });
  }
  if (refusedPackages.length > 0) {
    const names = refusedPackages.map(escape).join('|');
    patterns.push({ regex: `^(${names})(/|$)`, message: 'That package belongs to another room.' });
  }
  for (const inner of room.inner ?? []) {
    patterns.push({ regex: String.raw`^(\./|(\.\./)+)${inner}/`, message: `Use its door: #${inner}.` });
  }
  if (room.isPure && !isTest) {
    patterns.push({
      regex: '^[^.]',
      message: `${room.folder}/ imports nothing from outside: it also runs in an isolate.`,
    });
  }
  const environment = {
    name: 'node:process',
    importNames: ['env'],
    message: 'Only cli/ reads the environment.',
  };
  const paths = readsEnvironment.includes(room.folder) ? [] : [environment, { ...environment, name: 'process' }];
  return { 'eslint/no-restricted-imports': ['error', { patterns, paths }] };
};

/** The composition root, and the test run, which must know where it runs. */
const readsEnvironment = ['cli', 'test'];

const importOverrides: OxlintOverride[] = rooms.flatMap((room) =>
  Array.from({ length: depthMax + 1 }, (_, depth) => {
    const folder = `${room.folder}/${'*/'.repeat(depth)}${depth === depthMax ? '**/' : ''}`;
    return [
      { files: [`${folder}*.{ts,tsx,js}`], rules: importRules(room, depth, false) },
      // What several tests of a room share stands in its folder `testing`.
      {
        files: [`${folder}*.test.ts`, ...(depth === 1 ? [`${room.folder}/testing/*.ts`] : [])],
        rules: importRules(room, depth, true),
      },
    ];
  }).flat(),
);

const hostGlobals =
  'Date performance process console Buffer crypto fetch require globalThis setTimeout setInterval setImmediate queueMicrotask Promise structuredClone URL TextEncoder TextDecoder WebAssembly SharedArrayBuffer Atomics Function'.split(
    ' ',
  );

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['test/lint/fixtures/**'],
  rules: {
    'eslint/eqeqeq': ['error', 'always', { null: 'ignore' }],
    'eslint/no-var': 'error',
    'eslint/no-shadow': ['error', { allow: ['_'] }],
    'eslint/no-unused-vars': [
      'error',
      { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
    ],
    'eslint/prefer-const': 'error',
    'eslint/no-console': 'error',
    'eslint/no-eval': 'error',
    'eslint/no-empty': ['error', { allowEmptyCatch: false }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'off',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'node/no-process-env': 'error',
    'vitest/no-focused-tests': 'error',
    'vitest/no-disabled-tests': 'error',
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    // These do not see assertions inside property tests and suites shared by adapters.
    'vitest/expect-expect': 'off',
    'vitest/no-conditional-expect': 'off',
    'vitest/no-conditional-tests': 'off',
    'vitest/no-standalone-expect': 'off',
    // Assertions carry their reason in a comment; the compiler's own flags do the rest.
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/consistent-return': 'off',
    // Values that come out of a user's strategy are not what their types say; checking them is no waste.
    'typescript/no-unnecessary-type-conversion': 'off',
    'typescript/no-unnecessary-boolean-literal-compare': 'off',
    'typescript/no-unnecessary-type-arguments': 'off',
    'typescript/no-unsafe-enum-assignment': 'off',
    'typescript/no-generated-empty-object-type': 'off',
    // fast-check's own way of being imported.
    'import/no-named-as-default-member': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'promise/always-return': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-new-array': 'off',
    'eslint/no-control-regex': 'off',
  },
  overrides: [
    ...importOverrides,
    {
      files: ['domain/**/*.ts'],
      rules: {
        'oxc/no-async-await': 'error',
        'eslint/no-restricted-globals': [
          'error',
          {
            globals: hostGlobals.map((name) => ({
              name,
              message: 'domain/ is pure: time, chance and the host come in as values.',
            })),
          },
        ],
        'eslint/no-restricted-properties': [
          'error',
          { object: 'Math', property: 'random', message: 'domain/ is deterministic: take a generator from random.ts.' },
        ],
      },
    },
    {
      files: ['domain/**/*.test.ts'],
      rules: { 'oxc/no-async-await': 'off', 'eslint/no-restricted-globals': 'off' },
    },
    {
      // Assertions look at methods without calling them.
      files: ['**/*.test.ts'],
      rules: { 'typescript/unbound-method': 'off' },
    },
    {
      // fastify awaits its handlers, and its hooks are callbacks, which cost no promise where there is nothing to wait for.
      files: ['gateway/**'],
      rules: { 'oxc/no-async-endpoint-handlers': 'off', 'promise/no-callback-in-promise': 'off' },
    },
    {
      files: readsEnvironment.map((folder) => `${folder}/**`),
      rules: { 'node/no-process-env': 'off' },
    },
    {
      // Programs whose output is for a person at a terminal.
      files: ['cli/**', 'bench/**', 'test/**'],
      rules: { 'eslint/no-console': 'off' },
    },
  ],
});
