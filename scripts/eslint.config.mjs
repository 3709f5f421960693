import { importX, createNodeResolver } from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'

// Folders that only compute: the same input gives the same output, wherever they run.
const pureFolders = ['image', 'preprocess', 'gradient', 'maps', 'calibration', 'evaluation']

const noElectron = {
  regex: '^electron($|/)',
  message: 'Only index, ipc, preload and platform import electron.'
}
const noFiles = { regex: '^(node:)?fs($|/)', message: 'Pure folders read no files: take bytes.' }
const noServices = {
  regex: '^(\\.\\./)+(commands|ipc|jobs|study|inference|feedback|export|preload|platform|window)(/|$)',
  message: 'Pure folders stand above the services and do not import them.'
}
const noMainButContract = {
  regex: 'src-main/(?!contract(/|$))',
  message: 'The renderer imports src-main/contract and nothing else of main.'
}
const noRendererInMain = { regex: 'src-renderer', message: 'Main does not import the renderer.' }
const noCornerstone = {
  regex: '^cornerstone-(core|tools|math)($|/)',
  message: 'Only src-renderer/viewer imports cornerstone.',
  allowTypeImports: true
}

const noBareRuntime = {
  regex: '^onnxruntime-node$',
  message: 'Take the runtime from src-main/inference/onnx-runtime, which switches its telemetry off.'
}

const restrict = (...patterns) => ({ '@typescript-eslint/no-restricted-imports': ['error', { patterns }] })

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      'out/**',
      'dist/**',
      'test-results/**',
      '.cache/**',
      'models/**',
      'resources/**'
    ]
  },
  {
    files: ['**/*.{ts,tsx,mjs,cjs}'],
    extends: [tseslint.configs.recommended],
    plugins: { 'import-x': importX },
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] })],
      'import-x/extensions': ['.ts', '.tsx', '.mjs', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] }
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-self-import': 'error',
      'no-var': 'error',
      'prefer-const': 'error'
    }
  },
  {
    files: ['src-main/**/*.ts'],
    ignores: ['src-main/inference/onnx-runtime.ts'],
    rules: restrict(noElectron, noRendererInMain, noBareRuntime)
  },
  {
    files: ['src-main/{ipc,preload,platform}/**/*.ts', 'src-main/index.ts'],
    rules: restrict(noRendererInMain)
  },
  {
    files: [`src-main/{${pureFolders.join(',')}}/**/*.ts`],
    rules: {
      ...restrict(noElectron, noFiles, noServices, noRendererInMain),
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Pure folders have no clock.' },
        { object: 'performance', property: 'now', message: 'Pure folders have no clock.' },
        { object: 'Math', property: 'random', message: 'Pure folders take a seeded generator.' }
      ]
    }
  },
  {
    files: ['src-main/contract/**/*.ts'],
    rules: restrict(noElectron, noFiles, noServices, noRendererInMain)
  },
  { files: ['src-renderer/**/*.{ts,tsx}'], rules: restrict(noElectron, noMainButContract, noCornerstone) },
  { files: ['src-renderer/viewer/**/*.{ts,tsx}'], rules: restrict(noElectron, noMainButContract) },
  // Tests look into reports and headers whose shape is what they check.
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off', ...restrict(noBareRuntime) }
  },
  // CommonJS on purpose: Electron 22 loads it as it is.
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } }
)
