import { BitMask } from '../../mask/bitmask.ts'
import { RowPacker } from '../../mask/pack-rows.ts'
import { levelsWarning, type MaskWarning, surplusWarning } from './mask-warning.ts'
import { damaged, type PngParts } from './png-parts.ts'
import {
  alphaReader,
  BLOCK_SIZE,
  colorReader,
  type PixelValues,
  PngRows,
  type RowBlock,
  type ValueReader,
} from './png-samples.ts'

/** How an image becomes a mask; all of it is checked. */
export interface MaskSettings {
  /** Foreground is above it; undefined if none was given. */
  threshold: number | undefined
  /** Whether alpha is read instead of the colors. */
  alpha: boolean
  onWarning: (warning: MaskWarning) => void
}

/** Makes a mask of the rows of a PNG image as they come. */
export class PngMask {
  /** Takes the pixel data. */
  readonly rows: PngRows
  readonly #parts: PngParts
  readonly #name: string
  readonly #settings: MaskSettings
  readonly #read: ValueReader
  /** Reads the alpha of an image whose colors are read. */
  readonly #readAlpha: ValueReader | undefined
  /** Where the mask grows: packed, or as bytes where its rows come in several passes. */
  readonly #packer: RowPacker
  readonly #scattered: Uint8Array
  /** Values of pixels at hand; those of 8 bits and less are packed from where they are read. */
  readonly #values: PixelValues
  readonly #valueWords: Int32Array
  /** Foreground is above it; −1 if all is. */
  readonly #level: number
  /** Whether values are made 0 and 1 before they are packed. */
  readonly #isMarked: boolean
  /** How many pixels have each value. */
  readonly #counts: Uint32Array
  #pixels = 0
  /** Of the first pixel. */
  #firstValue = 0
  #firstAlpha = -1
  #alphaVaries = false

  /** @param name - what the image is called in messages */
  constructor(parts: PngParts, name: string, settings: MaskSettings) {
    const { width, height, interlaced } = parts.header
    this.#parts = parts
    this.#name = name
    this.#settings = settings
    this.#counts = new Uint32Array(greatestSample(parts) + 1)
    checkThreshold(settings.threshold, parts, name)
    const readAlpha = alphaReader(parts, name)
    if (settings.alpha && readAlpha === undefined) throw noAlpha(parts, name)
    this.#read = settings.alpha && readAlpha ? readAlpha : colorReader(parts, name)
    this.#readAlpha = settings.alpha ? undefined : readAlpha
    this.#packer = new RowPacker(interlaced ? 0 : width, interlaced ? 0 : height, BLOCK_SIZE)
    const isWide = parts.header.depth === 16
    this.#values = isWide ? new Uint16Array(BLOCK_SIZE) : this.#packer.pixels
    this.#valueWords = new Int32Array(this.#values.buffer)
    this.#level = Math.max(-1, Math.floor(settings.threshold ?? 0))
    this.#isMarked = isWide || this.#level < 0
    this.#scattered = new Uint8Array(interlaced ? width * height : 0)
    this.rows = new PngRows(parts, name, (block) => this.#addRows(block))
  }

  /** The mask, when no more comes; says what is to be said about it. */
  finish(): BitMask {
    const { dataBytes, header } = this.#parts
    const { width, height, interlaced } = header
    const { received, hasSurplus } = this.rows
    if (received !== dataBytes) {
      throw damaged(this.#name, `${received} bytes of pixel data instead of ${dataBytes}`)
    }
    const { threshold, onWarning } = this.#settings
    if (this.#alphaVaries && this.#isConstant) throw this.#maskInAlpha()
    if (hasSurplus) onWarning(surplusWarning(this.#name, width, height))
    const warning = threshold === undefined ? levelsWarning(this.#counts, this.#name) : undefined
    if (warning !== undefined) onWarning(warning)
    if (!interlaced) return this.#packer.mask()
    const pixels = { data: this.#scattered, width, height }
    return BitMask.from(pixels, { threshold: this.#packLevel })
  }

  /** What is foreground among the pixels to pack. */
  get #packLevel(): number {
    return this.#isMarked ? 0 : this.#level
  }

  /** Whether all pixels that came have one value. */
  get #isConstant(): boolean {
    return this.#counts[this.#firstValue] === this.#pixels
  }

  #addRows(block: RowBlock): void {
    const { rows, start, pass } = block
    const { width } = pass
    if (rows * width <= BLOCK_SIZE) this.#addPixels(block, start, rows, width, 0)
    else {
      // One row in parts, each of which begins with a byte.
      const bits = this.#parts.header.depth * this.#parts.header.channels
      for (let x = 0; x < width; x += BLOCK_SIZE) {
        const columns = Math.min(BLOCK_SIZE, width - x)
        this.#addPixels(block, start + (x * bits) / 8, rows, columns, x)
      }
    }
    if (!this.#parts.header.interlaced) this.#packer.finishRows(rows)
  }

  /** Adds a part of the block; the rows of the part begin with column `x` of the pass. */
  #addPixels(block: RowBlock, start: number, rows: number, columns: number, x: number): void {
    const { bytes, stride } = block
    const values = this.#values
    const count = rows * columns
    this.#read(bytes, start, stride, rows, columns, values)
    if (this.#pixels === 0) this.#firstValue = values[0]
    this.#pixels += count
    countValues(values, this.#valueWords, count, this.#counts)
    if (this.#isMarked) markForeground(values, count, this.#level, this.#packer.pixels)
    if (this.#parts.header.interlaced) this.#scatter(block, rows, columns, x)
    else this.#packer.pack(x, count, this.#packLevel)
    if (this.#readAlpha === undefined || this.#alphaVaries || !this.#isConstant) return
    this.#readAlpha(bytes, start, stride, rows, columns, values)
    if (this.#firstAlpha < 0) this.#firstAlpha = values[0]
    for (let k = 0; k < count; k++) this.#alphaVaries ||= values[k] !== this.#firstAlpha
  }

  /** Puts the pixels of a pass in their places. */
  #scatter({ pass, row }: RowBlock, rows: number, columns: number, x: number): void {
    const { width } = this.#parts.header
    const { pixels } = this.#packer
    for (let r = 0, k = 0; r < rows; r++) {
      let at = (pass.y + (row + r) * pass.dy) * width + pass.x + x * pass.dx
      for (const end = k + columns; k < end; k++, at += pass.dx) this.#scattered[at] = pixels[k]
    }
  }

  #maskInAlpha(): RangeError {
    return new RangeError(
      `expected ${this.#name} to show a mask in its colours, got ${this.#firstValue} at every pixel ` +
        'and an alpha channel that varies: the mask seems to be in the alpha channel, which ' +
        'alpha: true reads',
    )
  }
}

/**
 * Counts values, given as 32-bit words too. Most masks hold 0 and one other value: in their words,
 * `(word >>> shift) & lanes` has a 1 for each pixel of the other value, and times that value it is the
 * word again. All other words are counted pixel by pixel, a run of equal words at once.
 */
function countValues(
  values: PixelValues,
  words: Int32Array,
  length: number,
  counts: Uint32Array,
): void {
  const perWord = 4 / values.BYTES_PER_ELEMENT
  const lanes = perWord === 4 ? 0x01010101 : 0x00010001
  const top = 32 - 32 / perWord
  const whole = Math.floor(length / perWord)
  let start = 0
  while (start < length && values[start] === 0) start++
  const other = start < length ? values[start] : 1
  const shift = 31 - Math.clz32(other & -other)
  let others = 0
  let further = 0
  for (let k = 0; k < whole; k++) {
    const word = words[k]
    const ones = (word >>> shift) & lanes
    if (Math.imul(ones, other) === word) {
      others += Math.imul(ones, lanes) >>> top
      continue
    }
    const first = k
    while (k + 1 < whole && words[k + 1] === word) k++
    const run = k + 1 - first
    for (let i = 0; i < perWord; i++) counts[values[first * perWord + i]] += run
    further += run
  }
  counts[0] += (whole - further) * perWord - others
  counts[other] += others
  for (let i = whole * perWord; i < length; i++) counts[values[i]]++
}

/** Writes 1 for each value above the level and 0 for the others. */
function markForeground(
  values: PixelValues,
  length: number,
  level: number,
  pixels: Uint8Array,
): void {
  const most = level | 0
  for (let k = 0; k < length; k++) pixels[k] = (most - values[k]) >>> 31
}

/** The greatest value that a pixel of the file can have. */
function greatestSample({ header, palette }: PngParts): number {
  return palette === undefined ? 2 ** header.depth - 1 : 255
}

function checkThreshold(threshold: number | undefined, parts: PngParts, name: string): void {
  const greatest = greatestSample(parts)
  if (threshold === undefined || threshold < greatest) return
  const { depth } = parts.header
  const bits = `${depth} ${depth === 1 ? 'bit' : 'bits'} a sample`
  throw new RangeError(
    `expected threshold to be less than ${greatest}, the greatest value that ${name} can have ` +
      `(${parts.palette === undefined ? bits : 'a palette'}), got ${threshold}`,
  )
}

function noAlpha({ header }: PngParts, name: string): RangeError {
  const kind = { 0: 'a grey image', 2: 'a colour image' }[header.colorType]
  return new RangeError(
    `expected ${name} to have an alpha channel, got ${kind ?? 'an image with an opaque palette'}`,
  )
}
