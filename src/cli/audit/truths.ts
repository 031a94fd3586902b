import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileError, pathName } from '../../node/file-error.ts'
import { imageEnding } from '../../node/formats/image-endings.ts'
import { STDIN } from '../mask-reader.ts'
import type { CommandWarning } from '../mask-warnings.ts'

/** Files of masks, and what is to be said of the folders that they are from. */
export interface FoundTruths {
  files: readonly string[]
  warnings: readonly CommandWarning[]
}

/**
 * Files of masks: a path to a file stands for itself (as `-` does), one to a folder for the image
 * files directly in it, sorted by name; a file that is named twice counts once.
 *
 * @throws RangeError if a path leads nowhere or a folder has no image
 */
export async function truthFiles(paths: readonly string[]): Promise<FoundTruths> {
  const files = new Set<string>()
  const warnings: CommandWarning[] = []
  for (const path of paths) {
    for (const file of await filesAt(path, warnings)) files.add(file)
  }
  return { files: [...files], warnings }
}

async function filesAt(path: string, warnings: CommandWarning[]): Promise<string[]> {
  if (path === STDIN) return [path]
  let entries: Buffer[]
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    // As bytes, because a name of other bytes than UTF-8 leads to no file once it is a string.
    entries = await readdir(path, { encoding: 'buffer' })
  } catch (error) {
    throw fileError('read', pathName(path), error)
  }
  const names = entries.map(textOf)
  const visible = names.filter((name) => !name?.startsWith('.'))
  const images = visible.filter(
    (name) => name !== undefined && imageEnding(name) !== undefined,
  ) as string[]
  const nameless = entries.filter((_, i) => names[i] === undefined)
  for (const bytes of nameless) {
    const message = `'${path}': left out the file whose name ${bytesText(bytes)} is not UTF-8: rename it`
    warnings.push({ kind: 'not-used', message, file: path })
  }
  const others = visible.filter((name) => name !== undefined && !images.includes(name)) as string[]
  if (images.length === 0) {
    const what = visible.length === 0 ? 'none' : `only ${visible.length} of other kinds`
    throw new RangeError(`expected image files in the folder '${path}', got ${what}`)
  }
  if (others.length > 0) warnings.push(notUsed(path, others))
  return images.sort().map((name) => join(path, name))
}

/** So many names are told. */
const NAMED = 3

function notUsed(folder: string, names: readonly string[]): CommandWarning {
  const some = [...names].sort().slice(0, NAMED).join(', ')
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : ''
  const message = `'${folder}': only image files are read, not ${some}${more}`
  return { kind: 'not-used', message, file: folder }
}

/** The name of a file, undefined if it is not UTF-8. */
function textOf(name: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name)
  } catch {
    return undefined
  }
}

/** A name with the bytes outside printable ASCII as numbers. */
function bytesText(name: Buffer): string {
  const letters = [...name].map((byte) =>
    byte >= 32 && byte < 127
      ? String.fromCharCode(byte)
      : `\\x${byte.toString(16).padStart(2, '0')}`,
  )
  return `'${letters.join('')}'`
}

/** At most `most` of the files, at equal distances, so that none of several folders is left out. */
export function evenly<T>(files: readonly T[], most: number): T[] {
  if (files.length <= most) return [...files]
  return Array.from({ length: most }, (_, i) => files[Math.floor((i * files.length) / most)])
}

/**
 * The files of good masks: of a folder those that are named like the truths, undefined for the
 * others; a file is that of the only truth.
 *
 * @throws RangeError if nothing is there, or it is for none of the truths
 */
export async function goodFiles(
  path: string,
  truths: readonly string[],
): Promise<(string | undefined)[]> {
  let names: string[] | undefined
  try {
    if (path !== STDIN && (await stat(path)).isDirectory()) names = await readdir(path)
  } catch (error) {
    throw fileError('read', pathName(path), error)
  }
  if (names === undefined) {
    if (truths.length === 1) return [path]
    throw new RangeError(
      `expected a folder of good masks for ${truths.length} truths, got the file '${path}'`,
    )
  }
  const found = truths.map((truth) =>
    names.includes(basename(truth)) ? join(path, basename(truth)) : undefined,
  )
  if (found.every((file) => file === undefined)) {
    throw new RangeError(
      `expected good masks in the folder '${path}' that are named like the truths (${basename(truths[0])}), got none`,
    )
  }
  return found
}
