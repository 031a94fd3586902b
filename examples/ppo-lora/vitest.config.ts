import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    // Of this folder's own copy of TensorFlow.js every process has one, with its own backend.
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
}

export default config
