import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { BitMask } from '../mask/bitmask.ts'
import { fileError, pathName } from '../node/file-error.ts'
import { readMask } from '../node/image.ts'

/**
 * Files of masks: a path to a file stands for itself, one to a folder for the PNG files directly
 * in it, sorted by name; a file that is named twice counts once.
 *
 * @throws RangeError if a path leads nowhere or a folder has no PNG file
 */
export async function truthFiles(paths: readonly string[]): Promise<string[]> {
  const files = new Set<string>()
  for (const path of paths) {
    for (const file of await filesAt(path)) files.add(file)
  }
  return [...files]
}

async function filesAt(path: string): Promise<string[]> {
  let names: string[]
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    names = await readdir(path)
  } catch (error) {
    throw fileError('read', pathName(path), error)
  }
  const images = names.filter((name) => /^[^.].*\.png$/i.test(name)).sort()
  if (images.length === 0) {
    throw new RangeError(`expected PNG files in the folder '${path}', got none`)
  }
  return images.map((name) => join(path, name))
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
    if ((await stat(path)).isDirectory()) names = await readdir(path)
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

/** Reads the masks; see `readMask` for errors. */
export async function readTruths(files: readonly string[], threshold: number): Promise<BitMask[]> {
  const truths: BitMask[] = []
  // One after the other: of many large images only one is held decoded.
  for (const path of files) truths.push(await readMask(path, { threshold }))
  return truths
}
