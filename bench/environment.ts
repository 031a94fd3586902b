import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'

/** Our portable TypeScript, or the kernel of `enableSimd`. */
export type Kernel = 'portable' | 'simd'

/** Where a run took place and what took part in it. */
export interface Environment {
  cpu: string
  cores: number
  memoryGiB: number
  platform: string
  node: string
  v8: string
  /** Mean number of busy processes when the run began: other work disturbs it. */
  load: number
  /** Digest of the measured code. */
  library: string
  /** What it runs on. Absent in runs from before there was a choice. */
  kernel?: Kernel
  /** Versions of the peers. */
  versions: Record<string, string>
}

export function environmentOf(
  library: string,
  kernel: Kernel,
  versions: Record<string, string>,
): Environment {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    v8: process.versions.v8,
    load: Math.round(100 * loadavg()[0]) / 100,
    library,
    kernel,
    versions,
  }
}

/** Version of an installed package, or undefined if it is not installed. */
export function installedVersion(name: string): string | undefined {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const file = join(folder, name, 'package.json')
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).version
  }
  return undefined
}
