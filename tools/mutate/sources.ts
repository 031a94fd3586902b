import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Mutant, mutantsOf } from './mutants.ts'

/** Made by programs, and what another compiler compiles. */
const NOT_MUTATED = /(\.d|\.generated)\.ts$|^src\/simd\/assembly\//

/** Tests that run no source of this package in this process, or take minutes. */
const NOT_USED = /^test\/(bench|examples|package|docs|tools)\//

/** The files of the project whose mutants are made, from its root. */
function sourceFiles(root: string): string[] {
  return typescriptFiles(root, 'src').filter((file) => !NOT_MUTATED.test(file))
}

/** The test files that are run on mutants. */
export function testFiles(root: string): string[] {
  return typescriptFiles(root, 'test').filter(
    (file) => file.endsWith('.test.ts') && !NOT_USED.test(file),
  )
}

/** The folder under `src`; that of `src/index.ts`, which lies in none, is `index`. */
export function folderOf(file: string): string {
  return file.split('/')[1].replace(/\.ts$/, '')
}

/** Whether the file is one of these, or lies in one of these folders; all named from `src`. */
export function isIn(file: string, names: readonly string[]): boolean {
  return names.some(
    (name) => [`src/${name}`, `src/${name}.ts`].includes(file) || file.startsWith(`src/${name}/`),
  )
}

export function allMutants(root: string): Mutant[] {
  return sourceFiles(root).flatMap((file) =>
    mutantsOf(file, readFileSync(join(root, file), 'utf8')),
  )
}

function typescriptFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()
}
