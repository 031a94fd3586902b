import { BitMask } from '../../../mask/bitmask.ts'
import { type CocoRle, checkedRle } from '../../../mask/rle.ts'
import { printable } from '../../printable.ts'
import type { ImageBytes, ImageChoice, ImageSamples } from '../image-samples.ts'
import { countCrossings, fillPolygon } from './fill-polygon.ts'
import { unionOfRuns } from './union-of-runs.ts'

type Fields = Record<string, unknown>

/** The image that is meant; its size is not told in a list of results. */
interface CocoImage {
  id: unknown
  what: string
  width?: number
  height?: number
  /** How many columns of pixels the borders of its polygons have crossed so far. */
  crossings: number
}

/** Runs of background and foreground in turn, column after column. */
type Runs = ReturnType<typeof checkedRle>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isObject) : [])

/**
 * COCO files: the union of the annotations of one image, of all categories or of one. `page` names the
 * image, by its file name or its number (id); `category` the category, by its name or its number. The
 * file is a data set, a list of results, or one run-length encoding.
 *
 * Source: the data format of cocodataset.org.
 */
export function decodeCoco(file: ImageBytes, choice: ImageChoice): ImageSamples {
  const json = parse(file)
  const mask =
    isObject(json) && 'counts' in json ? alone(file, json, choice) : union(file, json, choice)
  const { width, height } = mask
  file.checkSize(width, height, 1)
  const data = mask.toUint8Array()
  return { data, width, height, channels: 1, alpha: false, max: 1, format: file.format }
}

function parse(file: ImageBytes): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.bytes))
  } catch (cause) {
    throw Object.assign(file.damaged(`text that is not JSON: ${(cause as Error).message}`), {
      cause,
    })
  }
}

function alone(file: ImageBytes, json: Fields, { page, category }: ImageChoice): BitMask {
  file.choose(page, 1, 'mask')
  if (category === undefined) return maskOf([fromRle(file, json, 'its encoding')])
  throw file.unread('one mask without a category', 'categories to choose from')
}

function union(file: ImageBytes, json: unknown, choice: ImageChoice): BitMask {
  const isSet = isObject(json) && Array.isArray(json.images) && Array.isArray(json.annotations)
  if (!isSet && !Array.isArray(json)) {
    throw file.damaged('JSON without images and annotations, a list of results, or size and counts')
  }
  const annotations = listOf(isSet ? json.annotations : json)
  const image = isSet
    ? imageOf(file, listOf(json.images), choice)
    : resultOf(file, annotations, choice)
  const category = categoryOf(file, isSet ? listOf(json.categories) : [], annotations, choice)
  const parts: Runs[] = []
  annotations.forEach((annotation, i) => {
    if (annotation.image_id !== image.id) return
    if (category !== undefined && annotation.category_id !== category) return
    const found = runsOf(
      file,
      annotation.segmentation,
      image,
      `the segmentation of annotation ${i}`,
    )
    for (const part of found) {
      const [first = part] = parts
      if (part.width !== first.width || part.height !== first.height) {
        throw file.damaged(
          `annotation ${i} of ${part.width} × ${part.height} pixels, others of ${first.width} × ${first.height}`,
        )
      }
      parts.push(part)
    }
  })
  if (parts.length > 0) return maskOf(parts)
  const { width, height } = image
  if (width !== undefined && height !== undefined) {
    return BitMask.fromRle({ size: [height, width], counts: [width * height] })
  }
  throw file.damaged(`no annotation of ${image.what}, and so no size`)
}

function imageOf(file: ImageBytes, images: Fields[], { page }: ImageChoice): CocoImage {
  const found = images.filter(({ id, file_name }) => page === id || page === file_name)
  const image = page === undefined && images.length === 1 ? images[0] : found[0]
  if (image === undefined || found.length > 1) {
    const names = shown(images.map(({ file_name, id }) => file_name ?? id))
    if (page === undefined) {
      throw new RangeError(
        `expected ${file.name} to hold one image, got ${images.length}: pass the name or number of one as page: ${names}`,
      )
    }
    throw new RangeError(
      `expected page to name one image of ${file.name} (${names}), got ${shown([page])}, which ${found.length} have`,
    )
  }
  const width = image.width as number
  const height = image.height as number
  const what = `the image ${shown([image.file_name ?? image.id])}`
  if (typeof width !== 'number' || typeof height !== 'number') {
    throw file.damaged(`no width and height of ${what}`)
  }
  file.checkSize(width, height, 1)
  return { id: image.id, what, width, height, crossings: 0 }
}

/** In a list of results images are known by their numbers only. */
function resultOf(file: ImageBytes, results: Fields[], { page }: ImageChoice): CocoImage {
  const ids = [...new Set(results.map(({ image_id }) => image_id))]
  if (ids.length === 0) throw file.damaged('a list without results')
  if (page === undefined && ids.length > 1) {
    throw new RangeError(
      `expected ${file.name} to hold one image, got ${ids.length}: pass the number of one as page: ${shown(ids)}`,
    )
  }
  const id = page === undefined ? ids[0] : ids.find((one) => one === page)
  if (id !== undefined) return { id, what: `the image ${shown([id])}`, crossings: 0 }
  throw new RangeError(
    `expected page to be the number of an image of ${file.name} (${shown(ids)}), got ${shown([page])}`,
  )
}

function categoryOf(
  file: ImageBytes,
  categories: Fields[],
  annotations: Fields[],
  { category }: ImageChoice,
): unknown {
  if (category === undefined) return undefined
  const named = categories.find(({ id, name }) => id === category || name === category)
  const ids = [...new Set(annotations.map(({ category_id }) => category_id))]
  const id = named === undefined ? ids.find((one) => one === category) : named.id
  if (id !== undefined) return id
  const known = shown(categories.length > 0 ? categories.map(({ name }) => name) : ids)
  throw new RangeError(
    `expected category to be one of ${file.name} (${known}), got ${shown([category])}`,
  )
}

const MOST_SHOWN = 5

function shown(names: unknown[]): string {
  const texts = names.slice(0, MOST_SHOWN).map((name) => JSON.stringify(name)?.slice(0, 60))
  return printable(texts.join(', ')) + (names.length > MOST_SHOWN ? ' …' : '')
}

/** All parts in one mask, made once: an image may have many. */
function maskOf(parts: readonly Runs[]): BitMask {
  const [{ width, height }] = parts
  const counts = unionOfRuns(
    parts.map(({ runs }) => runs),
    width * height,
  )
  return BitMask.fromRle({ size: [height, width], counts })
}

/** The parts of an annotation. */
function runsOf(file: ImageBytes, given: unknown, image: CocoImage, what: string): Runs[] {
  const { width, height } = image
  if (isObject(given)) {
    const part = fromRle(file, given, what)
    const isSame = width === undefined || (part.width === width && part.height === height)
    if (isSame) return [part]
    throw file.damaged(`${what} of ${part.width} × ${part.height} pixels for ${width} × ${height}`)
  }
  if (!Array.isArray(given)) throw file.damaged(`${what} that is neither polygons nor an encoding`)
  // Sets of boxes have this; nothing would be foreground.
  if (given.length === 0) {
    throw file.unread(`none as ${what}, as where only boxes are known`, 'polygons or an encoding')
  }
  if (width === undefined || height === undefined) {
    throw file.damaged(`${what} as polygons, without the size of ${image.what}`)
  }
  return given.map((points) => {
    checkPoints(file, points, width, height, what)
    image.crossings += countCrossings(points, width)
    checkCrossings(file, image)
    return { width, height, runs: fillPolygon(points, width, height) }
  })
}

/** Polygons may leave the image, but not by more than its size: they would be those of another. */
function checkPoints(
  file: ImageBytes,
  points: unknown,
  width: number,
  height: number,
  what: string,
): asserts points is number[] {
  if (!Array.isArray(points) || points.length < 6 || points.length % 2 !== 0) {
    throw file.damaged(`${what} with a polygon that is not x, y of three points or more`)
  }
  points.forEach((value, i) => {
    const size = i % 2 === 0 ? width : height
    if (typeof value === 'number' && value >= -size && value <= 2 * size) return
    throw file.damaged(
      `${what} with the coordinate ${shown([value])}, far from ${width} × ${height} pixels`,
    )
  })
}

/** Borders of real polygons take more bytes for each column; lines across a wide image take few. */
const MOST_CROSSINGS = 2 ** 24

function checkCrossings(file: ImageBytes, { crossings, what }: CocoImage): void {
  const most = Math.max(MOST_CROSSINGS, file.bytes.length)
  if (crossings <= most) return
  throw new RangeError(
    `expected the polygons of ${what} of ${file.name} to cross at most ${most} columns of pixels, got more`,
  )
}

function fromRle(file: ImageBytes, given: Fields, what: string): Runs {
  try {
    return checkedRle({ size: given.size, counts: given.counts } as CocoRle)
  } catch (cause) {
    throw Object.assign(file.damaged(`${what} that is wrong: ${(cause as Error).message}`), {
      cause,
    })
  }
}
