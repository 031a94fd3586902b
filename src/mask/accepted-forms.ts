import { gatherForeground } from './gather.ts'
import { type Layout, layoutOf, MAX_PIXELS, type PixelGrid } from './layout.ts'
import { packPixels } from './pack.ts'
import { checkRows, notAMask, refuseProbabilities } from './refusals.ts'
import { describe, integer, oneOf } from './validate.ts'

/** A mask as an image: rows one after the other, `channels` values a pixel. */
export interface ImageMask {
  /** `width · height · channels` values. */
  readonly data: ArrayLike<number | boolean>
  /** Width in pixels. */
  readonly width: number
  /** Height in pixels. */
  readonly height: number
  /**
   * Values per pixel: 1 grey, 2 grey + alpha, 3 colour, 4 colour + alpha. Alpha is ignored, and a
   * pixel is foreground if any of its other values is. Default: 1, or 4 for a `Uint8ClampedArray`
   * of 4 · width · height values (which is what `ImageData` holds).
   */
  readonly channels?: 1 | 2 | 3 | 4
}

/** A mask as an ndarray: any strides, negative and zero ones included. */
export interface StridedMask {
  /** The values that shape, stride and offset pick from. */
  readonly data: ArrayLike<number | boolean>
  /** [rows, columns]; also [rows, columns, 1], [1, rows, columns] and [1, rows, columns, 1]. */
  readonly shape: readonly number[]
  /**
   * Elements from one index to the next, one stride for each dimension. Default: those of values
   * row by row.
   */
  readonly stride?: readonly number[]
  /** Index of the first pixel in `data`. Default: 0. */
  readonly offset?: number
}

/** A mask as a tensor, such as one of TensorFlow.js. */
export interface TensorMask {
  /** [rows, columns]; also [rows, columns, 1], [1, rows, columns] and [1, rows, columns, 1]. */
  readonly shape: readonly number[]
  /** The values, row by row. */
  dataSync(): ArrayLike<number>
}

/** A mask as nested rows. */
export type RowsMask = readonly ArrayLike<number | boolean>[]

/** Every accepted form of a mask that is not packed yet. */
export type RawMask = ImageMask | StridedMask | TensorMask | RowsMask

/** Options of every conversion to a packed mask. */
export interface ThresholdOptions {
  /**
   * A pixel is foreground if its value is greater than this. Any finite number. Default: 0, but
   * numbers that all lie within [0, 1], some of them strictly between, are refused without one.
   */
  threshold?: number
}

function checkSize(width: number, height: number, what: string): void {
  integer(width, `the width of ${what}`, 0, MAX_PIXELS)
  integer(height, `the height of ${what}`, 0, MAX_PIXELS)
  if (width * height > MAX_PIXELS) {
    throw new RangeError(
      `expected ${what} to have at most ${MAX_PIXELS} pixels, got ${width} × ${height}`,
    )
  }
}

function checkData(data: ArrayLike<number | boolean>, what: string): void {
  const kind = describe(data)
  const isArrayLike = typeof data === 'object' && data !== null && typeof data.length === 'number'
  if (!isArrayLike || kind === 'a BigInt64Array' || kind === 'a BigUint64Array') {
    const advice = kind === 'a Promise' ? ': await it' : ''
    throw new TypeError(
      `expected the data of ${what} to be an array of numbers or booleans, got ${kind}${advice}`,
    )
  }
}

function checkLength(length: number, expected: number, how: string, what: string): void {
  if (length === expected) return
  const times = length / expected
  const advice =
    times === 2 || times === 3 || times === 4
      ? `: that is ${times} a pixel, which channels: ${times} says`
      : ''
  throw new RangeError(`expected ${expected} values of ${what} (${how}), got ${length}${advice}`)
}

/** The suffix that names the mask in errors that name an index. */
const named = (what: string) => (what === 'the mask' ? '' : ` of ${what}`)

function gridOfImage(
  data: ImageMask['data'],
  { width, height, channels }: ImageMask,
  what: string,
): PixelGrid {
  checkSize(width, height, what)
  checkData(data, what)
  const { length } = data
  const isImageData =
    channels === undefined &&
    describe(data) === 'a Uint8ClampedArray' &&
    length === 4 * width * height
  const perPixel = oneOf(channels ?? (isImageData ? 4 : 1), [1, 2, 3, 4], 'channels')
  const how = `${width} × ${height}${perPixel > 1 ? ` × ${perPixel} channels` : ''}`
  checkLength(length, width * height * perPixel, how, what)
  const values = perPixel === 1 ? 1 : perPixel === 2 ? 1 : 3
  return {
    data,
    width,
    height,
    offset: 0,
    rowStride: width * perPixel,
    columnStride: perPixel,
    values,
    where: named(what),
  }
}

/** Which dimensions of a shape are rows and columns; the others are 1. */
interface Plane {
  readonly height: number
  readonly width: number
  readonly dimensions: number
  readonly axis: number
}

function planeOf(given: readonly number[], what: string): Plane {
  const isList = Array.isArray(given) || ArrayBuffer.isView(given)
  if (!isList) {
    throw new TypeError(
      `expected the shape of ${what} to be [rows, columns], got ${describe(given)}`,
    )
  }
  // A shape of many dimensions is refused below, whatever they are.
  const shape = Array.from(given.slice(0, 8))
  const dimensions = shape.length
  const isPlane =
    dimensions === 2 ||
    (dimensions === 3 && (shape[2] === 1 || shape[0] === 1)) ||
    (dimensions === 4 && shape[0] === 1 && shape[3] === 1)
  if (!isPlane) {
    const advice = dimensions > 2 ? ': scoreBatch takes a batch of masks' : ''
    throw new RangeError(
      `expected the shape of ${what} to be [rows, columns], with further dimensions of 1 at most, got [${shape.join(', ')}]${advice}`,
    )
  }
  const axis = dimensions === 4 || (dimensions === 3 && shape[2] !== 1) ? 1 : 0
  checkSize(shape[axis + 1], shape[axis], what)
  return { height: shape[axis], width: shape[axis + 1], dimensions, axis }
}

function gridOfStrided(
  data: StridedMask['data'],
  { shape, stride, offset = 0 }: StridedMask,
  what: string,
): PixelGrid {
  const { height, width, dimensions, axis } = planeOf(shape, what)
  checkData(data, what)
  const { length } = data
  if (stride === undefined && offset === 0) {
    checkLength(length, width * height, `${height} rows × ${width} columns`, what)
  }
  const isList = stride === undefined || Array.isArray(stride) || ArrayBuffer.isView(stride)
  if (!isList || (stride !== undefined && stride.length !== dimensions)) {
    const count = dimensions === 2 ? 'two' : String(dimensions)
    throw new TypeError(
      `expected the stride of ${what} to be ${count} integers, got ${describe(stride)}`,
    )
  }
  const limit = 2 ** 32
  const rowStride = integer(stride?.[axis] ?? width, `the row stride of ${what}`, -limit, limit)
  const columnStride = integer(
    stride?.[axis + 1] ?? 1,
    `the column stride of ${what}`,
    -limit,
    limit,
  )
  // A view without pixels may have been stepped to an offset before its data.
  const isEmpty = width === 0 || height === 0
  integer(offset, `the offset of ${what}`, isEmpty ? -limit : 0, limit)
  if (!isEmpty) {
    const down = (height - 1) * rowStride
    const right = (width - 1) * columnStride
    const first = offset + Math.min(0, down) + Math.min(0, right)
    const last = offset + Math.max(0, down) + Math.max(0, right)
    if (first < 0 || last >= length) {
      throw new RangeError(
        `expected ${length} values of ${what} to hold the indices ${first} to ${last} that shape, stride and offset reach`,
      )
    }
  }
  return { data, width, height, offset, rowStride, columnStride, values: 1, where: named(what) }
}

function gridOfTensor(tensor: TensorMask, what: string): PixelGrid {
  const { height, width } = planeOf(tensor.shape, what)
  const data = tensor.dataSync()
  checkData(data, what)
  checkLength(data.length, width * height, `${height} rows × ${width} columns`, what)
  return contiguous(data, width, height, named(what))
}

/** Nested rows are thresholded into bytes, one row at a time. */
function gridOfRows(rows: RowsMask, threshold: number | undefined, what: string): PixelGrid {
  const height = rows.length
  checkRows(rows, threshold !== undefined, what)
  let width = 0
  let data = new Uint8Array(0)
  let hasFractions = false
  const gridOf = (row: RowsMask[number], y: number) =>
    contiguous(row, width, 1, ` of row ${y}${named(what)}`)
  for (let y = 0; y < height; y++) {
    const row = rows[y]
    checkData(row, `row ${y} of ${what}`)
    if (y === 0) {
      width = row.length
      checkSize(width, height, what)
      data = new Uint8Array(width * height)
    }
    if (row.length !== width) {
      throw new RangeError(
        `expected rows of equal length${named(what)}, got ${width} values in row 0 and ${row.length} in row ${y}`,
      )
    }
    const bytes = data.subarray(y * width, (y + 1) * width)
    if (gatherForeground(gridOf(row, y), threshold ?? 0, 0, 1, bytes)) hasFractions = true
  }
  if (hasFractions && threshold === undefined) refuseProbabilities(rows.map(gridOf), what)
  return contiguous(data, width, height, '')
}

function contiguous(
  data: PixelGrid['data'],
  width: number,
  height: number,
  where: string,
): PixelGrid {
  return { data, width, height, offset: 0, rowStride: width, columnStride: 1, values: 1, where }
}

/** Finds out which form of mask this is, and checks its sizes. */
export function gridOf(mask: RawMask, threshold: number | undefined, what: string): PixelGrid {
  if (Array.isArray(mask)) return gridOfRows(mask, threshold, what)
  if (typeof mask === 'object' && mask !== null) {
    if ('dataSync' in mask && typeof mask.dataSync === 'function') return gridOfTensor(mask, what)
    if ('data' in mask && ('shape' in mask || 'width' in mask)) {
      // Read once: what is checked is what is used.
      const { data } = mask
      if (typeof data === 'function') throw notAMask(mask, what)
      if ('shape' in mask) return gridOfStrided(data, mask as StridedMask, what)
      return gridOfImage(data, mask as ImageMask, what)
    }
  }
  throw notAMask(mask, what)
}

/** A mask in the word-column layout. */
export interface PackedMask {
  layout: Layout
  words: Int32Array
}

/**
 * Packs a mask of any accepted form; every value is checked on the way.
 *
 * @param threshold - 0 if it is undefined; then probabilities are refused
 * @param what - what errors call the mask, such as `'the prediction'`
 * @param reuse - a packed mask that is overwritten and returned if it has the right size
 */
export function packMask(
  mask: RawMask,
  threshold: number | undefined,
  what: string,
  reuse?: PackedMask,
): PackedMask {
  const grid = gridOf(mask, threshold, what)
  const isRows = Array.isArray(mask)
  const { width, height } = grid
  const fits = reuse?.layout.width === width && reuse.layout.height === height
  const layout = fits ? reuse.layout : layoutOf(width, height)
  const words = fits ? reuse.words : new Int32Array(layout.length)
  const hasFractions = packPixels(grid, isRows ? 0 : (threshold ?? 0), layout, words)
  if (hasFractions && threshold === undefined) refuseProbabilities([grid], what)
  return fits ? reuse : { layout, words }
}
