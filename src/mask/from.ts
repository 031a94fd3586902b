import { gatherForeground } from './gather.ts'
import { type Layout, layoutOf, MAX_PIXELS } from './layout.ts'
import { type PixelGrid, packPixels } from './pack.ts'
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
  /** [rows, columns]. */
  readonly shape: readonly number[]
  /** Elements from a row to the next and from a column to the next. Default: [columns, 1]. */
  readonly stride?: readonly number[]
  /** Index of the first pixel in `data`. Default: 0. */
  readonly offset?: number
}

/** A mask as a tensor of shape [rows, columns], such as a TensorFlow.js `Tensor2D`. */
export interface TensorMask {
  /** Rows, columns. */
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
  /** A pixel is foreground if its value is greater than this. Any finite number. Default: 0. */
  threshold?: number
}

function checkSize(width: number, height: number): void {
  integer(width, 'the width of the mask', 0, MAX_PIXELS)
  integer(height, 'the height of the mask', 0, MAX_PIXELS)
  if (width * height > MAX_PIXELS) {
    throw new RangeError(
      `expected a mask of at most ${MAX_PIXELS} pixels, got ${width} × ${height}`,
    )
  }
}

function checkData(data: ArrayLike<number | boolean>): void {
  const isArrayLike = typeof data === 'object' && data !== null && typeof data.length === 'number'
  if (!isArrayLike || data instanceof BigInt64Array || data instanceof BigUint64Array) {
    throw new TypeError(
      `expected the data of the mask to be an array of numbers or booleans, got ${describe(data)}`,
    )
  }
}

function checkLength(length: number, expected: number, how: string): void {
  if (length !== expected) {
    throw new RangeError(`expected ${expected} mask values (${how}), got ${length}`)
  }
}

function gridOfImage({ data, width, height, channels }: ImageMask): PixelGrid {
  checkSize(width, height)
  checkData(data)
  const isImageData =
    channels === undefined &&
    data instanceof Uint8ClampedArray &&
    data.length === 4 * width * height
  const perPixel = oneOf(channels ?? (isImageData ? 4 : 1), [1, 2, 3, 4], 'channels')
  const how = `${width} × ${height}${perPixel > 1 ? ` × ${perPixel} channels` : ''}`
  checkLength(data.length, width * height * perPixel, how)
  const values = perPixel === 1 ? 1 : perPixel === 2 ? 1 : 3
  return {
    data,
    width,
    height,
    offset: 0,
    rowStride: width * perPixel,
    columnStride: perPixel,
    values,
  }
}

function sizeOfShape(shape: readonly number[]): [height: number, width: number] {
  if (!Array.isArray(shape) && !ArrayBuffer.isView(shape)) {
    throw new TypeError(
      `expected the shape of the mask to be [rows, columns], got ${describe(shape)}`,
    )
  }
  if (shape.length !== 2) {
    throw new RangeError(
      `expected a mask of two dimensions, [rows, columns], got ${shape.length} dimensions`,
    )
  }
  // Read once: what is checked is what is used.
  const height = shape[0]
  const width = shape[1]
  checkSize(width, height)
  return [height, width]
}

function gridOfStrided({ data, shape, stride, offset = 0 }: StridedMask): PixelGrid {
  const [height, width] = sizeOfShape(shape)
  checkData(data)
  if (stride === undefined && offset === 0) {
    checkLength(data.length, width * height, `${height} rows × ${width} columns`)
  }
  const strides = stride ?? [width, 1]
  if ((!Array.isArray(strides) && !ArrayBuffer.isView(strides)) || strides.length !== 2) {
    throw new TypeError(`expected stride to be two integers, got ${describe(stride)}`)
  }
  const limit = 2 ** 32
  const rowStride = integer(strides[0], 'the row stride', -limit, limit)
  const columnStride = integer(strides[1], 'the column stride', -limit, limit)
  // A view without pixels may have been stepped to an offset before its data.
  const isEmpty = width === 0 || height === 0
  integer(offset, 'offset', isEmpty ? -limit : 0, limit)
  if (!isEmpty) {
    const down = (height - 1) * rowStride
    const right = (width - 1) * columnStride
    const first = offset + Math.min(0, down) + Math.min(0, right)
    const last = offset + Math.max(0, down) + Math.max(0, right)
    if (first < 0 || last >= data.length) {
      throw new RangeError(
        `expected ${data.length} mask values to hold the indices ${first} to ${last} that shape, stride and offset reach`,
      )
    }
  }
  return { data, width, height, offset, rowStride, columnStride, values: 1 }
}

function gridOfTensor(tensor: TensorMask): PixelGrid {
  const [height, width] = sizeOfShape(tensor.shape)
  const data = tensor.dataSync()
  checkData(data)
  checkLength(data.length, width * height, `${height} rows × ${width} columns`)
  return contiguous(data, width, height)
}

/** Nested rows are thresholded into bytes, one row at a time. */
function gridOfRows(rows: RowsMask, threshold: number): PixelGrid {
  const height = rows.length
  let width = 0
  let data = new Uint8Array(0)
  for (let y = 0; y < height; y++) {
    const row = rows[y]
    checkData(row)
    if (y === 0) {
      width = row.length
      checkSize(width, height)
      data = new Uint8Array(width * height)
    }
    if (row.length !== width) {
      throw new RangeError(
        `expected rows of equal length, got ${width} values in row 0 and ${row.length} in row ${y}`,
      )
    }
    const grid = { ...contiguous(row, width, 1), where: ` of row ${y}` }
    gatherForeground(grid, threshold, 0, 1, data.subarray(y * width, (y + 1) * width))
  }
  return contiguous(data, width, height)
}

function contiguous(data: PixelGrid['data'], width: number, height: number): PixelGrid {
  return { data, width, height, offset: 0, rowStride: width, columnStride: 1, values: 1 }
}

/** Finds out which form of mask this is, and checks its sizes. */
function gridOf(mask: Exclude<RawMask, RowsMask>): PixelGrid {
  if (typeof mask === 'object' && mask !== null) {
    if ('dataSync' in mask && typeof mask.dataSync === 'function') return gridOfTensor(mask)
    if ('data' in mask && 'shape' in mask) return gridOfStrided(mask as StridedMask)
    if ('data' in mask && 'width' in mask) return gridOfImage(mask as ImageMask)
  }
  throw new TypeError(
    'expected a mask: a BitMask, { data, width, height }, { data, shape }, a tensor or an array ' +
      `of rows, got ${describe(mask)}`,
  )
}

/** A mask in the word-column layout. */
export interface PackedMask {
  layout: Layout
  words: Int32Array
}

/**
 * Packs a mask of any accepted form; every value is checked on the way.
 *
 * @param reuse - a packed mask that is overwritten and returned if it has the right size
 */
export function packMask(mask: RawMask, threshold: number, reuse?: PackedMask): PackedMask {
  const isRows = Array.isArray(mask)
  const grid = isRows ? gridOfRows(mask, threshold) : gridOf(mask as Exclude<RawMask, RowsMask>)
  const { width, height } = grid
  const fits = reuse?.layout.width === width && reuse.layout.height === height
  const layout = fits ? reuse.layout : layoutOf(width, height)
  const words = fits ? reuse.words : new Int32Array(layout.length)
  packPixels(grid, isRows ? 0 : threshold, layout, words)
  return fits ? reuse : { layout, words }
}
