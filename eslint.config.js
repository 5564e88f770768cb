import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Which room may not know which, and why. */
const zones = [
  ...['drivers', 'containers', 'traffic', 'probes'].map((room) => ({
    target: `./src/${room}`,
    from: './src/runner',
    message: `${room} is used by the runner and never looks back.`,
  })),
  ...['statistics', 'report'].map((room) => ({
    target: `./src/${room}`,
    from: './src/nodes',
    message: `${room} reads records only, so that it works on any machine.`,
  })),
  {
    target: './src/runner',
    from: './src/report',
    message: 'A report is made from what the runner kept.',
  },
];

const childProcess = ['node:child_process', 'child_process'].map((name) => ({
  name,
  message: 'Use execa, in src/nodes.',
}));
const onlyInNodes = [
  { name: 'execa', message: 'Only src/nodes starts programs.' },
  { name: 'ssh2', message: 'Only src/nodes reaches other machines.' },
];

const terminal = ['stdout', 'stderr'].map((property) => ({
  object: 'process',
  property,
  message: 'Only src/cli.ts and src/progress write to the terminal: return text or tell an event.',
}));

export default defineConfig(
  globalIgnores(['dist', 'results', 'reports']),
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      ...importX.flatConfigs.typescript.settings,
      'import-x/resolver-next': [createTypeScriptImportResolver()],
    },
    rules: {
      'import-x/no-cycle': 'error',
      // tsc's noUnusedLocals and noUnusedParameters say it.
      '@typescript-eslint/no-unused-vars': 'off',
      // With noUncheckedIndexedAccess every index needs a word; `!` after a check nearby is the shortest.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'no-restricted-imports': ['error', { paths: [...childProcess, ...onlyInNodes] }],
      'no-restricted-properties': ['error', ...terminal],
      'no-console': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/nodes/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: childProcess }] },
  },
  {
    files: ['src/cli.ts', 'src/progress/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
);
