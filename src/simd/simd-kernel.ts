import type { ComponentForest, Kernel, PixelList } from '../mask/kernel.ts'
import { type Layout, type PixelGrid, WORD_PIXELS } from '../mask/layout.ts'
import { floatBitsBelow } from '../mask/pack-bits.ts'
import { withRoom } from '../mask/scratch-array.ts'
import { arrayKind } from '../mask/typed-array.ts'
import { type KernelExports, WorkArea } from './work-area.ts'

/** Masks of more words (about 120 megapixels) are left to the portable code. */
const MAX_WORDS = 2 ** 22

/** The variants of thinning in the order of their circuits. */
const METHODS = ['skimage', 'zhang-suen', 'guo-hall']

/** Pixels are copied and packed in blocks of rows of about this size, which fit a cache. */
const BLOCK_BYTES = 2 ** 16

/** What packing floats says it has seen; else 0. */
const SEEN_FRACTION = 1
const SEEN_NAN = 2

/** Bytes that packing may read beyond the last pixel. */
const OVERRUN = 256

/**
 * The kernel on WebAssembly. Masks are copied into its memory and results out of it, which costs
 * little: a word is 30 pixels.
 */
export class SimdKernel implements Kernel {
  readonly #kernel: KernelExports
  readonly #area: WorkArea
  /**
   * The skeleton that was thinned last and lies in the memory still: what is asked of it next need
   * not be copied there. Nothing writes to it but the next thinning.
   */
  #resident: Int32Array | undefined
  /** Whether the links of the resident skeleton are counted. */
  #isScanned = false
  #x = new Int32Array(0)
  #y = new Int32Array(0)

  constructor(kernel: KernelExports) {
    this.#kernel = kernel
    this.#area = new WorkArea(kernel)
  }

  pack(grid: PixelGrid, threshold: number, layout: Layout, words: Int32Array): boolean | undefined {
    const { width, height, offset, rowStride, columnStride, values } = grid
    const kind = arrayKind(grid.data)
    const isFloat = kind === 'Float32Array'
    const isByte = kind === 'Uint8Array' || kind === 'Uint8ClampedArray'
    const isPlain = columnStride === 1 && values === 1 && rowStride === width && threshold >= 0
    if (!isPlain || !(isFloat || (isByte && threshold < 255))) return undefined
    const { columns, pitch, length } = layout
    if (!isWorkFor(length)) return undefined
    const kernel = this.#kernel
    const input = this.#area.behind(length)
    const data = grid.data as Uint8Array | Float32Array
    const valueBytes = isFloat ? 4 : 1
    const blockRows = Math.min(height, Math.ceil(BLOCK_BYTES / (valueBytes * width)))
    const size = blockRows * width
    if (!this.#area.reserve(input + size * valueBytes + OVERRUN)) return undefined
    this.#resident = undefined
    const { bytes, ints } = this.#area
    const level = isFloat ? floatBitsBelow(threshold) : Math.floor(threshold)
    const block = isFloat ? new Float32Array(bytes.buffer, input, size) : bytes.subarray(input)
    let hasFractions = false
    for (let y = 0; y < height; y += blockRows) {
      const rows = Math.min(blockRows, height - y)
      const first = offset + y * width
      block.set(data.subarray(first, first + rows * width))
      const to = this.#area.words + 4 * y
      if (!isFloat) kernel.packBytes(input, width, rows, level, to, columns, pitch)
      else {
        const seen = kernel.packFloats(input, width, rows, level, to, columns, pitch)
        if (seen === SEEN_NAN) return undefined
        if (seen === SEEN_FRACTION) hasFractions = true
      }
    }
    clearPadding(ints, this.#area.words >> 2, layout)
    this.#copyOut(words)
    return hasFractions
  }

  countBoth(a: Int32Array, b: Int32Array): number | undefined {
    const { length } = a
    const other = this.#area.behind(length)
    if (!isWorkFor(length) || !this.#area.reserve(other + 4 * length)) return undefined
    this.#copyIn(a)
    const at = this.#area.words
    if (a === b) return this.#kernel.countBoth(at, at, length)
    this.#area.ints.set(b, other >> 2)
    return this.#kernel.countBoth(at, other, length)
  }

  thin({ columns, pitch, height, length }: Layout, words: Int32Array, method: string): boolean {
    const work = this.#area.behind(length)
    const kernel = this.#kernel
    if (!isWorkFor(length)) return false
    if (!this.#area.reserve(work + kernel.thinWork(columns, height))) return false
    this.#copyIn(words)
    kernel.thin(this.#area.words, columns, pitch, height, METHODS.indexOf(method), work)
    this.#copyOut(words)
    this.#resident = words
    return true
  }

  crossings(layout: Layout, words: Int32Array): PixelList | undefined {
    const count = this.#scan(layout, words)
    if (count < 0) return undefined
    this.#x = withRoom(this.#x, count)
    this.#y = withRoom(this.#y, count)
    const x = this.#x
    const y = this.#y
    const codes = this.#area.ints
    const { pitch, length } = layout
    const start = this.#area.behind(length) >> 2
    for (let i = 0; i < count; i++) {
      const code = codes[start + i]
      const place = (code >> 5) - 1
      const column = (place / pitch) | 0
      x[i] = column * WORD_PIXELS + (code & 31) - 1
      y[i] = place - column * pitch
    }
    return { x, y, count }
  }

  chainLength(layout: Layout, words: Int32Array): number | undefined {
    const isKnown = this.#isScanned && this.#resident === words
    if (!isKnown && this.#scan(layout, words) < 0) return undefined
    return this.#kernel.straightLinks.value + Math.SQRT2 * this.#kernel.diagonalLinks.value
  }

  /** Scans a skeleton; returns the number of crossings, or −1 if there is no room for them. */
  #scan({ columns, pitch, length }: Layout, words: Int32Array): number {
    const found = this.#area.behind(length)
    // No skeleton has more crossings than words, by far; other masks have.
    const room = length + 128
    if (!isWorkFor(length) || !this.#area.reserve(found + 4 * room)) return -1
    if (this.#resident !== words) this.#copyIn(words)
    const count = this.#kernel.scanSkeleton(this.#area.words, columns, pitch, found, room)
    this.#isScanned = count >= 0
    return count
  }

  forest(
    { width, height, columns, pitch, length }: Layout,
    words: Int32Array,
    diagonal: boolean,
    keep: boolean,
  ): ComponentForest | undefined {
    const kernel = this.#kernel
    const work = this.#area.behind(length)
    if (!isWorkFor(length)) return undefined
    if (!this.#area.reserve(work + kernel.forestWork(columns, height, +diagonal, +keep))) {
      return undefined
    }
    if (this.#resident !== words) this.#copyIn(words)
    kernel.componentForest(this.#area.words, width, columns, pitch, height, +diagonal, +keep, work)
    const nodes = kernel.nodeCount.value
    const components = kernel.componentCount.value
    const strips = diagonal ? (height + 1) >> 1 : height
    // See `build` in assembly/components.ts.
    const parentAt = (work >> 2) + 2 * strips
    const most = 15 * strips * columns
    const { ints } = this.#area
    const part = (index: number, size: number) => {
      const start = parentAt + index * most
      return keep ? ints.subarray(start, start + size) : NOTHING
    }
    return {
      nodes,
      components,
      parent: part(0, nodes),
      firstPixel: part(1, nodes),
      manyNodes: part(2, most),
      stripNodes: part(3, strips * columns),
    }
  }

  #copyIn(words: Int32Array): void {
    this.#resident = undefined
    this.#isScanned = false
    this.#area.ints.set(words, this.#area.words >> 2)
  }

  #copyOut(words: Int32Array): void {
    const start = this.#area.words >> 2
    words.set(this.#area.ints.subarray(start, start + words.length))
  }
}

/** Whether so many words are worth their way into the memory: a mask without pixels has one. */
function isWorkFor(words: number): boolean {
  return words > 1 && words <= MAX_WORDS
}

/** Sets the words to 0 that hold no pixels: guards, and rows below the mask. */
function clearPadding(ints: Int32Array, start: number, { height, columns, pitch }: Layout): void {
  ints[start] = 0
  for (let column = 0; column < columns; column++) {
    const above = start + column * pitch
    ints.fill(0, above + 1 + height, above + 1 + pitch)
  }
}

/** Stands in for what was not asked for. */
const NOTHING = new Int32Array(0)
