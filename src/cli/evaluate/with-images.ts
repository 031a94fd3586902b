import { basename } from 'node:path'
import { pathName } from '../../node/file-error.ts'
import { matchNames } from '../../node/folders/match-names.ts'
import { imagesAt } from '../../node/folders/pairs/images-at.ts'
import type { FolderResults } from '../../node/folders/results.ts'
import { printable } from '../../node/printable.ts'

/** How many pairs have a picture, and the results with these. */
interface ResultsWithImages {
  readonly results: FolderResults
  readonly found: number
}

/**
 * The results with the pictures of a folder, which pair with the predictions by name as `evaluate`
 * pairs them.
 *
 * @throws RangeError if the folder cannot be read, no picture pairs, or predictions share a file name
 */
export async function withImages(
  results: FolderResults,
  folder: string,
): Promise<ResultsWithImages> {
  const images = await imagesAt(folder)
  const names = results.results.map(({ files }) => basename(files.pred))
  const seen = new Set<string>()
  const twice = names.find((name) => seen.size === seen.add(name).size)
  if (twice !== undefined) {
    throw new RangeError(
      `several predictions are called '${printable(twice)}', so that pictures cannot pair by name: give --image to evaluate`,
    )
  }
  const { partners } = matchNames(names, images.names)
  if (partners.size === 0) {
    throw new RangeError(`nothing in ${pathName(folder)} pairs with the predictions of the results`)
  }
  const illustrated = results.results.map((result, i) => {
    const name = partners.get(names[i])
    if (name === undefined) return result
    return { ...result, files: { ...result.files, image: images.pathOf(name) } }
  })
  return { results: { ...results, results: illustrated }, found: partners.size }
}
