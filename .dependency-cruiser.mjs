/**
 * Which folder of src imports from which: the layers that CONTRIBUTING.md draws, checked by
 * `npm run lint`. Imports of types count.
 */

/** The layers of the core, each on those before it. */
const CORE = ['mask', 'morphology', 'topology', 'metrics', 'reward']

/** Every folder, and those that it imports from besides itself. */
const IMPORTS = {
  ...Object.fromEntries(CORE.map((layer, i) => [layer, CORE.slice(0, i)])),
  simd: ['mask'],
  ndarray: CORE.slice(0, 3),
  trace: CORE.slice(0, 3),
  page: [],
  audit: [...CORE, 'page'],
  node: [...CORE, 'simd', 'page'],
  serve: [...CORE, 'simd', 'page', 'node'],
  cli: [...CORE, 'simd', 'page', 'audit', 'node', 'serve'],
}

/** Folders that run anywhere: they import no package and no module of Node. */
const RUNS_ANYWHERE = [...CORE, 'simd', 'trace', 'page', 'audit']

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'circle', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(IMPORTS).map(([folder, others]) => ({
      name: `${folder} imports from ${others.join(', ') || 'no other folder'}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: `^src/(${[folder, ...others].join('|')})/` },
    })),
    {
      name: 'every folder has its layer',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${Object.keys(IMPORTS).join('|')})/` },
      to: {},
    },
    {
      name: 'entries are imported from outside only',
      severity: 'error',
      from: {},
      to: { path: '/index[.]ts$' },
    },
    {
      name: 'src/index.ts exports what runs anywhere',
      severity: 'error',
      from: { path: '^src/index[.]ts$' },
      to: { pathNot: `^src/(${CORE.join('|')})/` },
    },
    {
      name: 'no package and no module of Node',
      severity: 'error',
      from: { path: `^src/(${RUNS_ANYWHERE.join('|')})/` },
      to: { pathNot: '^src/' },
    },
    {
      name: 'sources know nothing of tests and tools',
      severity: 'error',
      from: {},
      to: { path: '^(test|tools|bench|examples)/' },
    },
    { name: 'not found', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^src/simd/assembly/' },
  },
}
