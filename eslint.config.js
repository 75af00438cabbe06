import js from '@eslint/js';
import angular from 'angular-eslint';
import prettier from 'eslint-config-prettier';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const CHILD_PROCESS = {
  name: 'node:child_process',
  message: 'Programs are started by execa, with an array of arguments.',
};
const FILE_CALLS = ['node:fs', 'node:fs/promises', 'fs', 'fs/promises'].map((name) => ({
  name,
  message: 'All file calls of replace/ go through file-port.ts, so that a test can fail or end any of them.',
}));
const SPECS = ['**/*.spec.ts', '**/testing/**/*.ts', 'test/**/*.ts'];

export default defineConfig(
  globalIgnores(['dist/', '.runtime/', '.angular/', 'coverage/', 'config/', 'test/.cache/']),

  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    rules: {
      // `== null` asks for null and undefined.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-imports': ['error', { paths: [CHILD_PROCESS] }],
    },
  },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      // A Nest module is a class without members.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // `() => void | Promise<void>` is what a caller takes who awaits it.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Nest and TypeORM declare what are plain options and rows as classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // `${size} bytes` is plain enough.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // `() => socket.close()` as a callback.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // An index signature is read with brackets, a property with a dot, whatever the compiler would allow.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
    },
  },
  {
    // Decorators' metadata needs the class as a value where a constructor names it.
    files: ['server/**/*.ts', 'node-agent/**/*.ts'],
    languageOptions: { parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true } },
  },
  {
    files: ['server/src/replace/**/*.ts'],
    ignores: ['server/src/replace/file-port.ts', ...SPECS],
    rules: { 'no-restricted-imports': ['error', { paths: [CHILD_PROCESS, ...FILE_CALLS] }] },
  },
  {
    files: SPECS,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      // expect(object.method) does not call it.
      '@typescript-eslint/unbound-method': 'off',
    },
  },

  {
    files: ['client/**/*.ts'],
    extends: [angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
    rules: {
      '@angular-eslint/component-selector': [
        'error',
        { type: 'element', prefix: 'app', style: 'kebab-case' },
      ],
      '@angular-eslint/directive-selector': [
        'error',
        { type: 'attribute', prefix: 'app', style: 'camelCase' },
      ],
      '@angular-eslint/prefer-on-push-component-change-detection': 'error',
    },
  },
  {
    files: ['client/**/*.html'],
    extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility],
  },

  {
    files: ['scripts/**', '*.config.*', '.dependency-cruiser.mjs'],
    languageOptions: { globals: { process: 'readonly', performance: 'readonly' } },
    rules: { 'no-console': 'off', 'no-restricted-imports': 'off' },
  },
  { files: ['docker/**'], languageOptions: { globals: { fetch: 'readonly', AbortSignal: 'readonly' } } },
  {
    files: ['client/public/**/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: { document: 'readonly', localStorage: 'readonly', matchMedia: 'readonly' },
    },
  },
  // Where the client itself cannot start there is nowhere else to say so.
  { files: ['test/**', 'client/src/main.ts'], rules: { 'no-console': 'off' } },
  prettier,
);
