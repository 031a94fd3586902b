import { lstat, readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { fileError, pathName } from '../../file-error.ts'
import { imageEnding } from '../../formats/image-endings.ts'
import { filesLike, isPattern } from './files-like.ts'
import { list } from './problems.ts'

/** The images at a path. */
export interface Images {
  /** What tells them apart: file names, or paths below where a pattern begins. */
  readonly names: readonly string[]
  /** Files that are not images, as paths. */
  readonly others: readonly string[]
  /** Whether the path is that of one file. */
  readonly isFile: boolean
  pathOf(name: string): string
}

/**
 * The images of a folder, of a pattern with wildcards, or the one at a path.
 *
 * @throws RangeError if there is none, or it cannot be read
 */
export async function imagesAt(path: string): Promise<Images> {
  try {
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' && isPattern(path)) return undefined
      throw error
    })
    if (there === undefined) return await imagesLike(path)
    if (!there.isDirectory()) {
      return { names: [basename(path)], others: [], isFile: true, pathOf: () => path }
    }
    const entries = await readdir(path, { withFileTypes: true })
    const visible = entries.filter(({ name }) => !name.startsWith('.'))
    const names = visible.filter((entry) => !entry.isDirectory()).map(({ name }) => name)
    const folders = visible.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    const images = imagesOf(path, names, (name) => join(path, name), folders)
    await refuseOtherBytes(images)
    return images
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    throw fileError('read', pathName(path), error)
  }
}

/** The images that a pattern fits; their names are file names if all of these differ. */
async function imagesLike(pattern: string): Promise<Images> {
  const { base, below } = await filesLike(pattern)
  const names = below.map((name) => basename(name))
  const isEachOnce = new Set(names).size === names.length
  const paths = new Map(below.map((path, i) => [isEachOnce ? names[i] : path, join(base, path)]))
  const images = imagesOf(pattern, [...paths.keys()], (name) => paths.get(name) as string)
  await refuseOtherBytes(images)
  return images
}

/** What stands in a name for bytes that are not UTF-8; such a name leads to no file. */
const REPLACED = '\uFFFD'

async function refuseOtherBytes({ names, pathOf }: Images): Promise<void> {
  for (const path of names.filter((name) => name.includes(REPLACED)).map(pathOf)) {
    const isThere = await lstat(path).then(
      () => true,
      () => false,
    )
    if (!isThere)
      throw new RangeError(`expected file names in UTF-8, got ${pathName(path)}: rename it`)
  }
}

function imagesOf(
  path: string,
  files: readonly string[],
  pathOf: (name: string) => string,
  folders: readonly string[] = [],
): Images {
  const isImage = (name: string) => imageEnding(name) !== undefined
  const all = [...files].sort(byName)
  const names = all.filter(isImage)
  const others = all.filter((name) => !isImage(name)).map(pathOf)
  if (names.length > 0) return { names, others, isFile: false, pathOf }
  const endings = [...new Set(others.map((name) => extname(name) || basename(name)))]
  const below = folders.length === 0 ? 'nothing' : `only folders: ${list(folders)}`
  const has = endings.length === 0 ? below : `${others.length} of ${list(endings)}`
  throw new RangeError(`expected images in ${pathName(path)}, got ${has}`)
}

/** 2 before 10, and the same on every machine. */
const COLLATOR = /* @__PURE__ */ new Intl.Collator('en', { numeric: true })
const byName = (a: string, b: string) => COLLATOR.compare(a, b) || (a < b ? -1 : 1)
