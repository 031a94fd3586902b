import { badValue, gatherForeground, plainGrid } from './gather.ts'
import { inUse } from './kernel.ts'
import { type Layout, type PixelGrid, WORD_PIXELS } from './layout.ts'
import { packBytes, packColors, packFloats } from './pack-bits.ts'
import { withRoom } from './scratch-array.ts'
import { arrayKind } from './typed-array.ts'

/**
 * Rows packed at a time. 32 rows are a whole number of 32-pixel words whatever the width, and the
 * bits of a block are still in the cache when they are spread over the word columns.
 */
const BLOCK_ROWS = 32

/**
 * Packs pixels `first` to `first + count` in raster order into `bits`, 32 a word, from word 1 on, and
 * says whether values lie strictly between 0 and 1.
 */
type BlockPacker = (first: number, count: number, bits: Int32Array) => boolean

/** Stands in for memory that is in use. */
const NOTHING = /* @__PURE__ */ new Int32Array(0)
/** The bits of one block, with one word before and after; grows as needed. */
let blockBits = NOTHING
/** The foreground of one block as bytes of 0 and 1, where the input has to be gathered. */
let blockBytes = NOTHING

/**
 * Packs the pixels that are greater than `threshold` into `words`, overwriting every word that
 * holds pixels. Guard words and padding rows must be 0 and stay 0.
 *
 * @returns whether values lie strictly between 0 and 1
 */
export function packPixels(
  given: PixelGrid,
  threshold: number,
  layout: Layout,
  words: Int32Array,
): boolean {
  const { width, height } = given
  if (width === 0 || height === 0) return false
  const grid = plainGrid(given)
  const packed = inUse.kernel?.pack(grid, threshold, layout, words)
  if (packed !== undefined) return packed
  // Data may pack another mask while it is read: this one's memory is not for that.
  const blockPixels = width * Math.min(BLOCK_ROWS, height)
  const bits = withRoom(blockBits, Math.ceil(blockPixels / 32) + 2)
  blockBits = NOTHING
  const packBlock = directPacker(grid, threshold) ?? gatheringPacker(grid, threshold)
  let hasFractions = false
  for (let y = 0; y < height; y += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, height - y)
    if (packBlock(y * width, rows * width, bits)) hasFractions = true
    spreadBits(bits, layout, words, y, rows)
  }
  blockBits = bits
  return hasFractions
}

/** A packer that reads the data as 32-bit words, for the common kinds of contiguous data. */
function directPacker(grid: PixelGrid, threshold: number): BlockPacker | undefined {
  const { data, width, height, offset, rowStride, columnStride, values } = grid
  if (rowStride !== width * columnStride || threshold < 0) return undefined
  const bytesPerPixel = columnStride
  const kind = arrayKind(data)
  if ((kind === 'Uint8Array' || kind === 'Uint8ClampedArray') && threshold < 255) {
    const level = Math.floor(threshold)
    const bytes = data as Uint8Array
    if (bytesPerPixel === 1) {
      const words = wordsOf(bytes, offset, width * height)
      return (first, count, bits) => {
        packBytes(words, first, count, level, bits)
        return false
      }
    }
    if (bytesPerPixel === 4 && values === 3) {
      const words = wordsOf(bytes, offset, 4 * width * height)
      return (first, count, bits) => {
        packColors(words, first, count, level, bits)
        return false
      }
    }
  }
  if (kind === 'Float32Array' && columnStride === 1) {
    const { buffer, byteOffset } = data as Float32Array
    const words = new Int32Array(buffer, byteOffset + 4 * offset, width * height)
    return (first, count, bits) => {
      const seen = packFloats(words, first, count, threshold, bits)
      if (seen === 'NaN') throw badValue(grid, first / width)
      return seen === 'fractions'
    }
  }
  return undefined
}

/** Bytes as 32-bit words; copied where they do not start on a word or end inside the last. */
function wordsOf(data: Uint8Array, offset: number, length: number): Int32Array {
  const start = data.byteOffset + offset
  const words = Math.ceil(length / 4)
  if (start % 4 === 0 && start + 4 * words <= data.buffer.byteLength) {
    return new Int32Array(data.buffer, start, words)
  }
  const copy = new Uint8Array(4 * words)
  copy.set(data.subarray(offset, offset + length))
  return new Int32Array(copy.buffer)
}

/** A packer for every other kind of data: pixels are gathered as bytes first. */
function gatheringPacker(grid: PixelGrid, threshold: number): BlockPacker {
  const { width } = grid
  return (first, count, bits) => {
    const words = withRoom(blockBytes, Math.ceil(count / 4))
    blockBytes = NOTHING
    const bytes = new Uint8Array(words.buffer)
    const hasFractions = gatherForeground(grid, threshold, first / width, count / width, bytes)
    packBytes(words, 0, count, 0, bits)
    blockBytes = words
    return hasFractions
  }
}

/** Spreads the bits of a block of rows over the word columns, halos included. */
export function spreadBits(
  bits: Int32Array,
  { width, columns, pitch }: Layout,
  words: Int32Array,
  y: number,
  rows: number,
): void {
  for (let column = 0; column < columns; column++) {
    const pixels = Math.min(WORD_PIXELS, width - column * WORD_PIXELS)
    const isLast = column === columns - 1
    const keep = (column === 0 ? -2 : -1) & (isLast ? (2 << pixels) - 1 : -1)
    let at = column * pitch + 1 + y
    // Bit 32 of the stream is the first pixel of the block; a word starts with its left halo.
    let bit = column * WORD_PIXELS + 31
    for (const end = (at + rows) | 0; at < end; at = (at + 1) | 0) {
      const k = bit >> 5
      words[at] = ((bits[k] >>> bit) | ((bits[(k + 1) | 0] << 1) << ~bit)) & keep
      bit = (bit + width) | 0
    }
  }
}
