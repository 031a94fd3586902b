import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'
import build from './tsup.config.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const SLOW = 'test/**/*.slow.test.ts'

const config: ViteUserConfig = {
  define: build.define,
  resolve: {
    alias: [
      { find: /^vessel-reward$/, replacement: at('src/index.ts') },
      {
        find: /^vessel-reward\/(audit|simd|ndarray|trace|node)$/,
        replacement: at('src/$1/index.ts'),
      },
    ],
  },
  test: {
    testTimeout: 120_000,
    coverage: { include: ['src/**'] },
    projects: [
      {
        // What `npm test` runs. Its files share their modules, which takes a third of the time away.
        extends: true,
        test: {
          name: 'portable',
          include: ['test/**/*.test.ts'],
          exclude: [SLOW],
          isolate: false,
          setupFiles: ['test/simd/disable.ts'],
        },
      },
      { extends: true, test: { name: 'slow', include: [SLOW] } },
      {
        // Everything that the WebAssembly kernel takes part in, once more with it.
        extends: true,
        test: {
          name: 'simd',
          include: ['test/{mask,morphology,topology,metrics,reward,property,oracle}/**/*.test.ts'],
          setupFiles: ['test/simd/enable.ts'],
        },
      },
    ],
  },
}

export default config
