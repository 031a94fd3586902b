import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url))

const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))

/** What stands in package.json. */
export const MANIFEST: { name: string; version: string; exports: object } = read('package.json')

/** The package's name. */
export const NAME: string = MANIFEST.name

/** The names by which its entries are imported. */
export const SUBPATHS: readonly string[] = Object.keys(MANIFEST.exports)
  .filter((path) => path !== './package.json')
  .map((path) => path.replace(/^\./, NAME))

/** The package as a user has it: built, packed and installed into an empty folder. */
export interface InstalledPackage {
  /** The user's folder, which holds `node_modules`. */
  folder: string
  /** Runs Node in the user's folder and returns what it prints. */
  node(...args: string[]): string
  remove(): void
}

/** The folders of all runtime dependencies, so that installing them needs no registry. */
function runtimeDependencies(): string[] {
  const packages: Record<string, { dev?: true }> = read('package-lock.json').packages
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path]) => join(ROOT, path))
}

/** Builds, packs and installs the package; most of the time goes into its types. */
export function installPackage({ types = true }: { types?: boolean } = {}): InstalledPackage {
  const root = mkdtempSync(join(tmpdir(), 'vessel-reward-package-'))
  const packed = join(root, 'packed')
  const folder = join(root, 'user')
  mkdirSync(packed)
  mkdirSync(folder)
  const run = (cwd: string, file: string, ...args: string[]) =>
    execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

  run(
    ROOT,
    join(ROOT, 'node_modules/.bin/tsup'),
    '--out-dir',
    join(packed, 'dist'),
    ...(types ? [] : ['--no-dts']),
  )
  for (const file of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'docs']) {
    cpSync(join(ROOT, file), join(packed, file), { recursive: true })
  }
  run(packed, 'npm', 'pack', '--ignore-scripts', '--pack-destination', root)

  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  run(
    folder,
    'npm',
    ...['install', join(root, `${NAME}-${MANIFEST.version}.tgz`), ...runtimeDependencies()],
    ...['--install-links', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'],
  )
  return {
    folder,
    node: (...args) => run(folder, process.execPath, ...args),
    remove: () => rmSync(root, { recursive: true }),
  }
}
