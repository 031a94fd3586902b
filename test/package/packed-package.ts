import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url))

/** The package as a user has it: built, packed and installed into an empty folder. */
export interface InstalledPackage {
  /** The user's folder, which holds `node_modules`. */
  folder: string
  /** Runs Node in the user's folder and returns what it prints. */
  node(...args: string[]): string
  remove(): void
}

const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))

/** The folders of all runtime dependencies, so that installing them needs no registry. */
function runtimeDependencies(): string[] {
  const packages: Record<string, { dev?: true }> = read('package-lock.json').packages
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path]) => join(ROOT, path))
}

/** Builds, packs and installs the package; takes some ten seconds. */
export function installPackage(): InstalledPackage {
  const root = mkdtempSync(join(tmpdir(), 'vessel-reward-package-'))
  const packed = join(root, 'packed')
  const folder = join(root, 'user')
  mkdirSync(packed)
  mkdirSync(folder)
  const run = (cwd: string, file: string, ...args: string[]) =>
    execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

  run(ROOT, join(ROOT, 'node_modules/.bin/tsup'), '--out-dir', join(packed, 'dist'))
  for (const file of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'docs']) {
    cpSync(join(ROOT, file), join(packed, file), { recursive: true })
  }
  run(packed, 'npm', 'pack', '--ignore-scripts', '--pack-destination', root)

  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const { name, version } = read('package.json')
  run(
    folder,
    'npm',
    ...['install', join(root, `${name}-${version}.tgz`), ...runtimeDependencies()],
    ...['--install-links', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'],
  )
  return {
    folder,
    node: (...args) => run(folder, process.execPath, ...args),
    remove: () => rmSync(root, { recursive: true }),
  }
}
