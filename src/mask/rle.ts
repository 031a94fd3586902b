import { type Layout, layoutOf, MAX_PIXELS, PIXEL_BITS, WORD_PIXELS } from './layout.ts'
import { borrowed } from './scratch-array.ts'
import { describe, integer } from './validate.ts'

/**
 * A mask as the COCO data set and pycocotools store it: the lengths of runs of background and
 * foreground pixels, in turn and beginning with background, column after column.
 */
export interface CocoRle<Counts = string | ArrayLike<number>> {
  /** Height and width in pixels, in this order. */
  readonly size: readonly number[]
  /** The lengths of the runs in pixels, as numbers or in COCO's compressed string. */
  readonly counts: Counts
}

/** What the words of a mask are, and how they lie. */
interface PackedMask {
  readonly layout: Layout
  readonly words: Int32Array
}

const HALO_RIGHT = 1 << 31

/**
 * The words of a run-length encoded mask.
 *
 * A bit is first set only where a run begins, and at the top of each column of pixels that begins
 * with foreground. One pass down a column of words, in which each takes over its upper neighbour by
 * exclusive or, then fills 30 columns of pixels at once.
 *
 * @throws TypeError or RangeError that says what is wrong with the encoding
 */
export function packRle(rle: CocoRle): PackedMask {
  const { height, width, runs } = borrowedRle(rle)
  const layout = layoutOf(width, height)
  const words = new Int32Array(layout.length)
  noteRuns(layout, words, runs)
  fillDown(layout, words)
  return { layout, words }
}

/** The size and the lengths of the runs, at least one, of an encoding that comes from outside. */
export function checkedRle(rle: CocoRle): {
  height: number
  width: number
  runs: ArrayLike<number>
} {
  const { height, width, runs } = borrowedRle(rle)
  return { height, width, runs: runs.slice() }
}

/** The same, where the runs may lie in borrowed memory. */
function borrowedRle(rle: CocoRle): { height: number; width: number; runs: number[] | Int32Array } {
  const [height, width] = sizeOf(rle)
  return { height, width, runs: runsOf(rle.counts, height * width) }
}

/** Flips the bit of every pixel that differs from the one above, or is foreground at the top. */
function noteRuns(layout: Layout, words: Int32Array, runs: ArrayLike<number>): void {
  const { rows: height, width, pitch } = layout
  if (height === 0) return
  const count = runs.length
  // The pixel that a run begins with: its row, the first word of its column, and its bit there.
  let y = runs[0] | 0
  let first = 1
  let bit = 2
  let x = 0
  for (let k = 1; ; k++) {
    // A run that reaches the bottom goes on at the top of the next column.
    while (y >= height) {
      y -= height
      if (++x === width) return
      bit <<= 1
      if (bit === HALO_RIGHT) {
        bit = 2
        first += pitch
      }
      // The run before the k-th is foreground if k is even.
      if ((k & 1) === 0) words[first] ^= bit
    }
    if (k >= count) return
    words[first + y] ^= bit
    y += runs[k]
  }
}

/** Makes pixels of what `noteRuns` notes, and copies them into the halos of their neighbours. */
function fillDown({ rows, columns, pitch }: Layout, words: Int32Array): void {
  for (let column = 0; column < columns; column++) {
    let above = 0
    const first = column * pitch + 1
    if (column === 0) {
      for (let i = first, end = first + rows; i < end; i++) words[i] = above ^= words[i]
      continue
    }
    for (let i = first, left = first - pitch, end = first + rows; i < end; i++, left++) {
      above ^= words[i]
      const pixels = words[left]
      // Bit 30 goes into bit 0, and bit 1 into bit 31.
      words[i] = above | ((pixels >>> 30) & 1)
      words[left] = pixels | (above << 30)
    }
  }
}

/**
 * The lengths of the runs of a mask: background, foreground, in turn, column after column. The first
 * is 0 where the mask begins with foreground; no other one is.
 */
export function runLengths({ layout, words }: PackedMask): Uint32Array {
  const { width, height } = layout
  // Nothing is done for each column of no pixels.
  if (height === 0) return new Uint32Array(1)
  const nexts = new Uint32Array(width + 1)
  visitChanges(layout, words, nexts, undefined)
  let count = 0
  for (let x = 0; x <= width; x++) {
    const changes = nexts[x]
    nexts[x] = count
    count += changes
  }
  const runs = new Uint32Array(count + 1)
  visitChanges(layout, words, nexts, runs)
  runs[count] = width * height
  for (let k = count; k > 0; k--) runs[k] -= runs[k - 1]
  return runs
}

/**
 * Visits the pixels that differ from the one before them in the order of columns.
 *
 * @param nexts - for each column of pixels, is increased by the number of them
 * @param places - receives where each is, at the index that `nexts` says
 */
function visitChanges(
  { width, height, columns, pitch }: Layout,
  words: Int32Array,
  nexts: Uint32Array,
  places: Uint32Array | undefined,
): void {
  for (let column = 0; column < columns; column++) {
    const left = column * WORD_PIXELS
    const inside = PIXEL_BITS & ((2 << Math.min(WORD_PIXELS, width - left)) - 1)
    const first = column * pitch + 1
    // The pixel before the first of a column is the last one of the column to the left.
    let above = words[first + height - 1] << 1
    for (let y = 0; y < height; y++) {
      const word = words[first + y]
      let rest = (word ^ above) & inside
      above = word
      while (rest !== 0) {
        const x = left + 30 - Math.clz32(rest & -rest)
        rest &= rest - 1
        const next = nexts[x]++
        if (places !== undefined) places[next] = x * height + y
      }
    }
  }
}

function sizeOf(rle: CocoRle): [height: number, width: number] {
  if (typeof rle !== 'object' || rle === null) {
    throw new TypeError(
      `expected an encoding { size: [height, width], counts }, got ${describe(rle)}`,
    )
  }
  const size: unknown = rle.size
  if (!isList(size) || size.length !== 2) {
    throw new TypeError(`expected size to be [height, width], got ${describe(size)}`)
  }
  const height = integer(size[0], 'size[0] (the height)', 0, Number.MAX_SAFE_INTEGER)
  const width = integer(size[1], 'size[1] (the width)', 0, Number.MAX_SAFE_INTEGER)
  if (height * width <= MAX_PIXELS) return [height + 0, width + 0]
  throw new RangeError(
    `expected a mask of at most ${MAX_PIXELS} pixels, got a size of [${height}, ${width}]`,
  )
}

/** The lengths of the runs, checked; at least one. They may lie in borrowed memory. */
function runsOf(counts: string | ArrayLike<number>, pixels: number): number[] | Int32Array {
  if (typeof counts !== 'string' && !isList(counts)) {
    throw new TypeError(`expected counts to be a string or an array, got ${describe(counts)}`)
  }
  const { runs, sum } =
    typeof counts === 'string' ? decodeCounts(counts, pixels) : checkRuns(counts, pixels)
  if (sum === pixels) return runs.length === 0 ? [0] : runs
  throw new RangeError(
    `expected counts to add up to the ${pixels} pixels of the mask, got ${sum} in ${runs.length} runs`,
  )
}

/** A copy: what is checked cannot change any more. Some of the runs may have no pixel, not most. */
function checkRuns(counts: ArrayLike<number>, pixels: number): { runs: number[]; sum: number } {
  const { length } = counts
  const most = 2 * pixels + 2
  if (!(length <= most)) {
    throw new RangeError(`expected at most ${most} counts for ${pixels} pixels, got ${length}`)
  }
  const runs: number[] = []
  let sum = 0
  for (let k = 0; k < length; k++) {
    const run = counts[k]
    // The name is made for an error only: it takes longer than the rest.
    const isRun = Number.isInteger(run) && run >= 0 && run <= pixels
    runs.push(isRun ? run : integer(run, `counts[${k}]`, 0, pixels))
    sum += run
  }
  return { runs, sum }
}

function isList(value: unknown): value is ArrayLike<number> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}

/** The same as a plain array, six times as fast as `Array.from`. */
export function numbersOf(runs: Uint32Array): number[] {
  const numbers = new Array<number>(runs.length)
  for (let k = 0; k < runs.length; k++) numbers[k] = runs[k]
  return numbers
}

/** A digit of the compressed string holds five bits, and whether more follow. */
const DIGIT_BITS = 5
const MORE = 32
const SIGN = 16
/** The character of the digit 0. */
const ZERO = 48
/** No run of a mask needs more digits: 2²⁷ with its sign has 29 bits. */
const MOST_DIGITS = 6
/** So many characters are made a string at a time. */
const CODES = 8192

/**
 * Source: the functions rleToString and rleFrString of the COCO API, whose strings these are: the
 * lowest digit first, from the fourth run on the difference to the run before the last one.
 */
export function encodeCounts(runs: Uint32Array): string {
  const codes = new Uint8Array(Math.min(CODES, MOST_DIGITS * runs.length))
  let count = 0
  let text = ''
  const flush = () => {
    text += String.fromCharCode.apply(null, codes.subarray(0, count) as unknown as number[])
    count = 0
  }
  for (let k = 0; k < runs.length; k++) {
    let value = k > 2 ? runs[k] - runs[k - 2] : runs[k]
    if (count + MOST_DIGITS > codes.length) flush()
    for (let isLast = false; !isLast; ) {
      const digit = value & (MORE - 1)
      value >>= DIGIT_BITS
      isLast = value === ((digit & SIGN) === 0 ? 0 : -1)
      codes[count++] = (isLast ? digit : digit | MORE) + ZERO
    }
  }
  flush()
  return text
}

/** The runs lie in borrowed memory. */
function decodeCounts(text: string, pixels: number): { runs: Int32Array; sum: number } {
  const { length } = text
  const runs = borrowed(length)
  let count = 0
  let sum = 0
  // The run that the next one is the difference to, and the one after it; 0 where there is none.
  let before = 0
  let last = 0
  for (let at = 0; at < length; count++) {
    const first = at
    let run = 0
    let digit: number
    // Bits of a word above those that are read: what is shifted up and down by them has its sign.
    let above = 32
    do {
      if (at - first === MOST_DIGITS) throw badRun(count, first, pixels)
      digit = at < length ? text.charCodeAt(at) - ZERO : -1
      at++
      run |= (digit & (MORE - 1)) << (32 - above)
      above -= DIGIT_BITS
    } while ((digit & ~(MORE - 1)) === MORE)
    if (digit >>> 0 >= MORE) throw badText(text, at - 1)
    run = ((run << above) >> above) + before
    // Negative ones, too, as their unsigned values are beyond any mask.
    if (run >>> 0 > pixels) throw badRun(count, first, pixels)
    before = last
    // No run is the difference to the first.
    last = count === 0 ? 0 : run
    runs[count] = run
    sum += run
  }
  return { runs: runs.subarray(0, count), sum }
}

function badText(text: string, at: number): RangeError {
  const got =
    at < text.length ? `${describe(text[at])} at its index ${at}` : 'one that ends within a run'
  return new RangeError(`expected counts to be a compressed string of COCO, got ${got}`)
}

function badRun(run: number, at: number, pixels: number): RangeError {
  return new RangeError(
    `expected the runs of counts to have 0 to ${pixels} pixels, but run ${run}, at index ${at} of the string, has not`,
  )
}
