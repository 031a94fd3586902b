import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import type { Options } from 'tsup'

const entry = {
  index: 'src/index.ts',
  audit: 'src/audit/index.ts',
  simd: 'src/simd/index.ts',
  ndarray: 'src/ndarray/index.ts',
  trace: 'src/trace/index.ts',
  node: 'src/node/index.ts',
}

/** A worker with all that it imports as one script. */
const scriptOf = (path: string) =>
  buildSync({
    entryPoints: [fileURLToPath(new URL(path, import.meta.url))],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'es2022',
    write: false,
  }).outputFiles[0].text

const config: Options = {
  entry: { ...entry, cli: 'src/cli/cli.ts' },
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: [/^node:/],
  removeNodeProtocol: false,
  clean: true,
  sourcemap: false,
  define: {
    WORKER_SCRIPT: JSON.stringify(scriptOf('src/node/pool/worker.ts')),
    SCORER_SCRIPT: JSON.stringify(scriptOf('src/serve/threads/worker.ts')),
    PAIR_WORKER_SCRIPT: JSON.stringify(scriptOf('src/node/folders/scoring/pair-worker.ts')),
  },
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
