import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What makes a path a pattern, where no file has that very name. */
const WILD = /[*?[{(]/

/** Whether a path has wildcards. */
export const isPattern = (path: string): boolean => WILD.test(path)

/** Files that a pattern fits. */
export interface FilesLike {
  /** The folder above the first part with a wildcard. */
  readonly base: string
  /** Their paths below it, with `/` between the parts. */
  readonly below: readonly string[]
}

/** The files that a pattern such as `runs/ab*.png` fits; those whose names begin with a dot are left out. */
export async function filesLike(pattern: string): Promise<FilesLike> {
  const { default: picomatch } = await import('picomatch')
  const parts = pattern.split('/')
  const wild = parts.findIndex(isPattern)
  const base = parts.slice(0, wild).join('/') || (pattern.startsWith('/') ? '/' : '.')
  const rest = parts.slice(wild)
  const fits = picomatch(rest.join('/'))
  const isDeep = rest.includes('**')
  const below: string[] = []
  const look = async (folder: string, depth: number) => {
    // What cannot be listed has nothing that fits, as in a shell.
    const entries = await readdir(join(base, folder), { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      const isLink = entry.isSymbolicLink()
      const linked = isLink ? await stat(join(base, path)).catch(() => undefined) : undefined
      if (!(linked ?? entry).isDirectory()) {
        if (fits(path)) below.push(path)
      } else if (depth < rest.length || (isDeep && !isLink)) {
        // Links to folders, which may lead in a circle, are followed as far as the pattern has parts.
        await look(path, depth + 1)
      }
    }
  }
  await look('', 1)
  return { base, below }
}
