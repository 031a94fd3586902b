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

/** A worker as one script. */
function scriptOf(path: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL(path, import.meta.url))],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'es2022',
    write: false,
  })
  return JSON.stringify(outputFiles[0].text)
}

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
    WORKER_SCRIPT: scriptOf('src/node/pool/worker.ts'),
    SCORER_SCRIPT: scriptOf('src/serve/threads/worker.ts'),
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
