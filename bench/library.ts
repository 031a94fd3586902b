import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'tsup'
import config from '../tsup.config.ts'
import type { Kernel } from './environment.ts'

/** The core entry. */
export type Library = typeof import('../src/index.ts')

/** What is measured. */
export interface Subject {
  library: Library
  /** The entry for Node, where there is one. */
  node: object | undefined
  /** Digest of the code of the core entry. */
  hash: string
  kernel: Kernel
}

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Builds the sources as the package is built, into a temporary folder, and loads the result: the
 * code that users run, never an older one, and without what a loader for TypeScript adds to it.
 */
export async function buildLibrary(portable: boolean): Promise<Subject> {
  // Inside the package, so that the built files find its dependencies.
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const outDir = mkdtempSync(join(cache, 'bench-'))
  process.on('exit', () => rmSync(outDir, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      process.stderr.write(`ended by ${signal}\n`)
      process.exit(130)
    })
  }
  const entries = Object.entries(config.entry as Record<string, string>)
  const entry = Object.fromEntries(entries.filter(([, file]) => existsSync(join(root, file))))
  await build({ ...config, entry, outDir, dts: false, config: false, silent: true })
  return loadLibrary(outDir, portable)
}

/** Loads a build from a folder, and lets it use its SIMD kernel if it has one. */
export async function loadLibrary(folder: string, portable: boolean): Promise<Subject> {
  const file = resolve(folder, 'index.js')
  const nodeFile = resolve(folder, 'node.js')
  const simdFile = resolve(folder, 'simd.js')
  const useSimd = !portable && existsSync(simdFile)
  const kernel = useSimd && (await import(pathToFileURL(simdFile).href)).enableSimd()
  return {
    library: await import(pathToFileURL(file).href),
    node: existsSync(nodeFile) ? await import(pathToFileURL(nodeFile).href) : undefined,
    hash: createHash('sha1').update(readFileSync(file)).digest('hex').slice(0, 12),
    kernel: kernel ? 'simd' : 'portable',
  }
}
