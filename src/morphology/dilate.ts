import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { columnStart, type Layout, PIXEL_BITS, WORD_PIXELS } from '../mask/layout.ts'
import { checkCount, type OptionTable, readOptions } from '../mask/options.ts'

/**
 * The neighbourhood that a mask is dilated or eroded with, for offsets dx and dy and radius r:
 *
 * - `'square'`: max(|dx|, |dy|) ≤ r;
 * - `'diamond'`: |dx| + |dy| ≤ r;
 * - `'disk'`: dx² + dy² ≤ r².
 */
export type StructuringElement = 'square' | 'diamond' | 'disk'

/** Options of {@link dilate}. */
export interface DilationOptions {
  /** The neighbourhood. Default: `'square'`. */
  element?: StructuringElement
  /** Its radius in pixels, 0 to 1000; need not be an integer. Default: 1. */
  radius?: number
}

/** Options of {@link erode}. */
export interface ErosionOptions extends DilationOptions {
  /**
   * What lies outside the mask: `'background'`, as for SciPy, which erodes at the edge of the image,
   * or `'ignored'`, as for scikit-image. Default: `'background'`.
   */
  outside?: 'background' | 'ignored'
}

const ELEMENTS: readonly StructuringElement[] = ['square', 'diamond', 'disk']
const MAX_RADIUS = 1000

const DILATION_OPTIONS: OptionTable<DilationOptions> = {
  element: { default: 'square', among: ELEMENTS },
  radius: { default: 1, min: 0, max: MAX_RADIUS },
}

const erosionOptions = (): OptionTable<ErosionOptions> => ({
  ...DILATION_OPTIONS,
  outside: { default: 'background', among: ['background', 'ignored'] },
})

/**
 * Morphological dilation: foreground is every pixel with foreground in its neighbourhood. Equals
 * `scipy.ndimage.binary_dilation` and, with the footprints of the same names,
 * `skimage.morphology.dilation`.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * Source: J. Serra, "Image Analysis and Mathematical Morphology", 1982.
 *
 * @example
 * ```ts
 * import { dilate } from 'vessel-reward'
 *
 * const dot = [
 *   [0, 0, 0],
 *   [0, 1, 0],
 *   [0, 0, 0],
 * ]
 * dilate(dot).count // => 9
 * dilate(dot, { element: 'diamond' }).count // => 5
 * ```
 */
export function dilate(mask: MaskLike, options?: DilationOptions): BitMask {
  checkCount(arguments.length, 2, 'dilate')
  const { element, radius } = readOptions(options, DILATION_OPTIONS, 'dilate')
  return dilateOf(BitMask.pack(mask, 'the mask'), element, radius)
}

/**
 * Morphological erosion: foreground is every pixel whose neighbourhood is all foreground. Equals
 * `scipy.ndimage.binary_erosion`.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * Source: J. Serra, "Image Analysis and Mathematical Morphology", 1982.
 *
 * @example
 * ```ts
 * import { erode } from 'vessel-reward'
 *
 * const bar = [
 *   [1, 1, 1, 1],
 *   [1, 1, 1, 1],
 *   [1, 1, 1, 1],
 * ]
 * erode(bar).count // => 2
 * erode(bar, { outside: 'ignored' }).count // => 12
 * ```
 */
export function erode(mask: MaskLike, options?: ErosionOptions): BitMask {
  checkCount(arguments.length, 2, 'erode')
  const { element, radius, outside } = readOptions(options, erosionOptions, 'erode')
  return erodeOf(BitMask.pack(mask, 'the mask'), element, radius, outside === 'background')
}

/** @internal */
export function dilateOf(
  { layout, words }: BitMask,
  element: StructuringElement,
  radius: number,
): BitMask {
  const steps = Math.floor(radius)
  let grown = words.slice()
  if (element === 'disk') {
    growDisk(layout, words, grown, radius)
  } else {
    for (let step = 0; step < steps; step++) {
      const across = acrossOf(layout, grown)
      // A square needs the rows above and below of what has grown across, a diamond of what had not.
      orRows(layout, across, element === 'square' ? across.slice() : grown, 1)
      grown = across
    }
  }
  return BitMask.fromWords(layout, grown)
}

function erodeOf(
  mask: BitMask,
  element: StructuringElement,
  radius: number,
  edgeErodes: boolean,
): BitMask {
  const { layout } = mask
  const inset = edgeErodes ? Math.floor(radius) : 0
  const grown = dilateOf(
    BitMask.fromWords(layout, complementOf(layout, mask.words, 0)),
    element,
    radius,
  )
  return BitMask.fromWords(layout, complementOf(layout, grown.words, inset))
}

/** Ors to each row of `words` the rows of `from` that are `away` above and below it. */
function orRows(layout: Layout, words: Int32Array, from: Int32Array, away: number): void {
  const { height, columns } = layout
  for (let column = 0; column < columns; column++) {
    const start = columnStart(layout, column)
    const end = start + height
    for (let i = start + away; i < end; i++) words[i] |= from[i - away]
    for (let i = start; i < end - away; i++) words[i] |= from[i + away]
  }
}

/** The pixels with their left and right neighbours. */
function acrossOf(layout: Layout, words: Int32Array): Int32Array<ArrayBuffer> {
  const across = new Int32Array(words.length)
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    across[i] = word | (word << 1) | (word >>> 1)
  }
  joinColumns(layout, across, 0)
  return across
}

/**
 * Grows by rows of a disk: `across` holds the pixels grown to both sides by as much as the disk is
 * wide at its row `down` above and below the middle, from the narrowest rows to the widest.
 */
function growDisk(layout: Layout, words: Int32Array, grown: Int32Array, radius: number): void {
  let across = words
  let width = 0
  for (let down = Math.floor(radius); down >= 0; down--) {
    while (Math.sqrt((width + 1) ** 2 + down * down) <= radius) {
      across = acrossOf(layout, across)
      width++
    }
    if (down > 0) orRows(layout, grown, across, down)
    else for (let i = 0; i < grown.length; i++) grown[i] |= across[i]
  }
}

/** Background as foreground, but for so many pixels along the edges of the image. */
function complementOf(layout: Layout, words: Int32Array, inset: number): Int32Array<ArrayBuffer> {
  const { height, columns } = layout
  const complement = new Int32Array(words.length)
  for (let column = 0; column < columns; column++) {
    const start = columnStart(layout, column)
    for (let i = start + inset; i < start + height - inset; i++) complement[i] = ~words[i]
  }
  joinColumns(layout, complement, inset)
  return complement
}

/** Clears what lies outside the image, and so many pixels at its sides; then copies to halos. */
function joinColumns(layout: Layout, words: Int32Array, inset: number): void {
  const { width, columns, pitch } = layout
  for (let column = 0; column < columns; column++) {
    const first = Math.max(0, inset - column * WORD_PIXELS)
    const end = Math.min(WORD_PIXELS, width - inset - column * WORD_PIXELS)
    // Bits first + 1 to end.
    const bits = end <= first ? 0 : PIXEL_BITS & (-2 << first) & ((2 << end) - 1)
    const start = columnStart(layout, column)
    for (let i = start; i < start + pitch - 1; i++) {
      const word = words[i] & bits
      if (column > 0) {
        words[i] = word | ((words[i - pitch] >>> WORD_PIXELS) & 1)
        words[i - pitch] |= (word << WORD_PIXELS) & (1 << 31)
      } else words[i] = word
    }
  }
}
