import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const config: ViteUserConfig = {
  resolve: {
    alias: [
      { find: /^vessel-reward$/, replacement: at('src/index.ts') },
      { find: /^vessel-reward\/node$/, replacement: at('src/node/index.ts') },
      {
        find: /^vessel-reward\/(ndarray|trace|metrics|terms|audit)$/,
        replacement: at('src/$1.ts'),
      },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    coverage: { include: ['src/**'] },
  },
}

export default config
