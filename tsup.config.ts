import type { Options } from 'tsup'

const entry = {
  index: 'src/index.ts',
  audit: 'src/audit.ts',
  simd: 'src/simd.ts',
  ndarray: 'src/ndarray.ts',
  trace: 'src/trace.ts',
  node: 'src/node/index.ts',
}

const config: Options = {
  // The worker is loaded by its file name, not imported.
  entry: { ...entry, cli: 'src/cli.ts', worker: 'src/node/worker.ts' },
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: [/^node:/],
  removeNodeProtocol: false,
  clean: true,
  sourcemap: false,
  // Writes constants out where they are used: a module's variables are slow to read in a hot loop.
  esbuildOptions(options) {
    options.minifySyntax = true
  },
  dts: {
    entry,
    // The bundler of the declarations drops this line, which the pool's AsyncDisposable needs.
    banner: '/// <reference lib="esnext.disposable" />',
    // TypeScript 6 calls the base URL that tsup sets for declarations deprecated.
    compilerOptions: { ignoreDeprecations: '6.0' },
  },
}

export default config
