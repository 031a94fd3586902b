import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const config: ViteUserConfig = {
  resolve: {
    alias: [
      { find: /^vessel-reward$/, replacement: at('src/index.ts') },
      { find: /^vessel-reward\/node$/, replacement: at('src/node/index.ts') },
      {
        find: /^vessel-reward\/(ndarray|trace|audit|simd)$/,
        replacement: at('src/$1.ts'),
      },
    ],
  },
  test: {
    testTimeout: 120_000,
    coverage: { include: ['src/**'] },
    projects: [
      { extends: true, test: { name: 'portable', include: ['test/**/*.test.ts'] } },
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
