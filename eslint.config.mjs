import tseslint from 'typescript-eslint';
import { importX } from 'eslint-plugin-import-x';

/**
 * The plan of the house: what each room under src/ may import besides itself and errors.ts.
 * The same table stands in CONTRIBUTING.md.
 */
const ROOMS = {
  keywords: [],
  insights: ['keywords'],
  providers: [],
  store: [],
  generation: ['insights', 'keywords', 'providers', 'store', 'configuration.ts'],
  training: ['store', 'insights'],
  bridge: ['generation', 'insights', 'training', 'providers', 'keywords', 'store'],
  protocol: ['insights', 'keywords', 'generation'],
  webview: ['protocol'],
  cli: [
    'engine.ts',
    'configuration.ts',
    'keywords',
    'insights',
    'providers',
    'generation',
    'store',
    'training',
    'bridge',
  ],
  host: [
    'engine.ts',
    'configuration.ts',
    'protocol',
    'keywords',
    'insights',
    'providers',
    'generation',
    'store',
    'training',
    'bridge',
  ],
};

const zones = Object.entries(ROOMS).map(([room, allowed]) => ({
  target: `./src/${room}`,
  from: './src',
  except: [room, ...allowed, 'errors.ts'].map((name) => `./${name}`),
  message: `${room}/ may import only itself, errors.ts and: ${allowed.join(', ') || 'nothing else'}.`,
}));

const FORBIDDEN = {
  vscode: { name: 'vscode', message: 'Only src/host and src/extension.ts know the editor.' },
  'sql.js': { name: 'sql.js', message: 'Only src/store knows SQL.' },
  undici: {
    name: 'undici',
    message: 'The terminal and the tests bring undici; everything else takes `fetch` as a port.',
  },
};
const forbid = (...names) => ({
  'no-restricted-imports': ['error', { paths: names.map((name) => FORBIDDEN[name]) }],
});

export default tseslint.config(
  { ignores: ['dist/', 'out/', '.cache/', 'node_modules/', 'media/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['src/**/*.{ts,tsx}', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver': { typescript: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // An async function without await turns a throw into a rejection, as its interface promises.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['src/**/*.{ts,tsx}'], rules: forbid('vscode', 'sql.js', 'undici') },
  { files: ['src/host/**', 'src/extension.ts'], rules: forbid('sql.js', 'undici') },
  { files: ['src/store/**'], rules: forbid('vscode', 'undici') },
  { files: ['src/cli/**'], rules: forbid('vscode', 'sql.js') },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/providers/**', 'src/bridge/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Only src/providers talks to the network.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
    },
  },
);
