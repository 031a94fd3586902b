import type { ImageBytes, ImageChoice, ImageSamples, SampleArray } from '../image-samples.ts'
import {
  bytesOfType,
  greatestOf,
  isSampleType,
  type SampleType,
  samplesOf,
} from '../sample-types.ts'

/** What the header of an NPY array says. */
interface Header {
  type: SampleType
  isLittleEndian: boolean
  isFortran: boolean
  shape: number[]
  /** Where the values begin. */
  at: number
}

/** The most values of a pixel. */
const MOST_CHANNELS = 4
const MOST_DIMENSIONS = 32

/**
 * NPY arrays of NumPy: booleans, integers of 8 to 64 bits and floats of 16 to 64, of either byte
 * order, row by row or column by column (Fortran order). Dimensions of length 1 are left out, of
 * those that remain
 *
 * - two are rows and columns;
 * - three are rows, columns and channels if the last one is 2 to 4, else pages, rows and columns. Channels
 *   are colors, as of a picture, if they are 3 or 4 bytes. Others are pages: those of a softmax or of
 *   one-hot classes, of which one is meant.
 *
 * Source: the module numpy.lib.format of NumPy.
 */
export function decodeNpy(file: ImageBytes, { page }: ImageChoice): ImageSamples {
  const header = headerOf(file)
  const { type, shape } = header
  const strides = stridesOf(header)
  const kept = shape.map((_, i) => i).filter((i) => shape[i] !== 1)
  // An image of one row, column or pixel keeps the last two, or the first two of more.
  const axes = kept.length >= 2 ? kept : shape.length === 2 ? [0, 1] : undefined
  if (axes === undefined || axes.length > 3) {
    throw file.unread(`the shape (${shape.join(', ')})`, 'rows and columns, and pages or channels')
  }
  const last = axes.length === 3 ? shape[axes[2]] : 1
  const isDeep = axes.length === 3 && last <= MOST_CHANNELS
  const isColor = isDeep && last > 2 && type === 'u1'
  const pageAxis = axes.length < 3 || isColor ? undefined : axes[isDeep ? 2 : 0]
  const [rowAxis, columnAxis] = axes.length === 3 && !isDeep ? axes.slice(1) : axes
  const pages = pageAxis === undefined ? 1 : shape[pageAxis]
  const chosen = file.choose(page, pages, 'page')
  const height = shape[rowAxis]
  const width = shape[columnAxis]
  const channels = isColor ? last : 1
  const size = bytesOfType(type)
  file.checkSize(width, height, channels * size)
  const count = shape.reduce((product, length) => product * length, 1)
  const bytes = file.part(header.at, count * size, `its ${count} values`)
  const start = pageAxis === undefined ? 0 : chosen * strides[pageAxis]
  // A page in one piece is read alone.
  const isWhole = !header.isFortran && !isDeep
  const samples = samplesOf(
    isWhole ? bytes.subarray(start * size, (start + width * height * channels) * size) : bytes,
    type,
    header.isLittleEndian,
  )
  const data = inRows(samples, isWhole ? 0 : start, [
    [height, strides[rowAxis]],
    [width, strides[columnAxis]],
    [channels, isColor ? strides[axes[2]] : 1],
  ])
  if (isColor) checkColors(file, data, channels)
  const alpha = channels === 4
  return { data, width, height, channels, alpha, max: greatestOf(type), format: file.format }
}

/** Refuses classes in place of colors: of those one channel or another is 1 at every pixel. */
function checkColors(file: ImageBytes, data: SampleArray, channels: number): void {
  let isAnyOther = false
  for (let i = 0; i < data.length; i++) {
    if (data[i] > 1) return
    if (i % channels > 0 && data[i] !== data[i - 1]) isAnyOther = true
  }
  if (!isAnyOther) return
  throw file.unread(
    `${channels} channels of 0 and 1 that differ, as one-hot classes do: write one, array[..., 1]`,
    'one value a pixel, or colors',
  )
}

/** Values from one to the next, along each dimension. */
function stridesOf({ shape, isFortran }: Header): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let k = 0; k < shape.length; k++) {
    const axis = isFortran ? k : shape.length - 1 - k
    strides[axis] = stride
    stride *= shape[axis]
  }
  return strides
}

type Axis = [length: number, stride: number]

/** The samples in the order of rows, columns and channels. */
function inRows(
  samples: SampleArray,
  first: number,
  [[height, down], [width, right], [channels, deep]]: [Axis, Axis, Axis],
): SampleArray {
  const isOrdered = first === 0 && deep === 1 && right === channels && down === width * channels
  if (isOrdered && samples.length === height * width * channels) return samples
  const data = samples.slice(0, height * width * channels)
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = first + y * down + x * right
      for (let c = 0; c < channels; c++) data[k++] = samples[at + c * deep]
    }
  }
  return data
}

function headerOf(file: ImageBytes): Header {
  const { bytes, view } = file
  file.need(0, 12, 'its header')
  const version = bytes[6]
  if (version < 1 || version > 3) throw file.damaged(`version ${version} of the format`)
  const start = version === 1 ? 10 : 12
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const text = Buffer.from(file.part(start, length, 'its header')).toString('latin1')
  const descr = /['"]descr['"]\s*:\s*(?:['"]([<>|=]?)(\w+)['"]|(.))/.exec(text)
  const order = /['"]fortran_order['"]\s*:\s*(True|False)\b/.exec(text)
  const dimensions = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(text)
  if (descr === null || order === null || dimensions === null) {
    throw file.damaged(`no type, order and shape in its header at byte ${start}`)
  }
  const [, byteOrder, type] = descr
  if (type === undefined || !isSampleType(type)) {
    const got = type === undefined ? 'records' : `the type '${byteOrder}${type}'`
    throw file.unread(got, 'booleans, integers or floats')
  }
  const shape = (dimensions[1].match(/\d+/g) ?? []).map(Number)
  if (shape.length > MOST_DIMENSIONS) throw file.damaged(`${shape.length} dimensions`)
  return {
    type,
    isLittleEndian: byteOrder !== '>',
    isFortran: order[1] === 'True',
    shape,
    at: start + length,
  }
}
