import type { Options } from 'tsup'

const config: Options = {
  entry: {
    index: 'src/index.ts',
    ndarray: 'src/ndarray.ts',
    trace: 'src/trace.ts',
    node: 'src/node/index.ts',
    cli: 'src/cli.ts',
  },
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: [/^node:/],
  clean: true,
  sourcemap: false,
  // TypeScript 6 calls the base URL that tsup sets for declarations deprecated.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
}

export default config
