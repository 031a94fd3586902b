/**
 * The word-column layout. A word holds 30 horizontally adjacent pixels in its bits 1 to 30 and a
 * copy of the next pixel to the left and to the right in its halo bits 0 and 31. The words of one
 * column of 30 pixels lie one below the other, so that the vertical neighbours of a word are the
 * words before and after it, and the horizontal neighbours of its pixels are the word shifted by
 * one: no carries, no second column to read.
 *
 * Rows are padded to whole tiles of four (one 128-bit vector), and a zero guard word stands above
 * and below each column, shared between two columns. Bits of pixels outside the mask are always 0,
 * and halo bits always agree with the pixels they copy.
 */
export interface Layout {
  readonly width: number
  readonly height: number
  /**
   * Rows that hold pixels: the height, but 0 where the width is. Work goes by these, so that a mask
   * without pixels costs nothing, whatever its size says.
   */
  readonly rows: number
  /** Word columns that hold pixels, each 30 pixels wide; 0 where the height is. */
  readonly columns: number
  /** Words from a word to its right neighbour. */
  readonly pitch: number
  /** Words in all, guards included. */
  readonly length: number
}

/** Pixels held by one word. */
export const WORD_PIXELS = 30

/** The bits of a word that are pixels of its own, without the halo. */
export const PIXEL_BITS = 0x7ffffffe

/** The largest accepted mask; keeps every index far below 2³¹. */
export const MAX_PIXELS: number = 2 ** 27

/** The layout of a mask of `width` × `height` pixels. */
export function layoutOf(width: number, height: number): Layout {
  const rows = width === 0 ? 0 : height + 0
  const columns = height === 0 ? 0 : Math.ceil(width / WORD_PIXELS)
  const pitch = 4 * Math.ceil(rows / 4) + 1
  // Adding 0 turns a size of −0 into 0.
  return { width: width + 0, height: height + 0, rows, columns, pitch, length: columns * pitch + 1 }
}

/** Index of the word in the first row of word column `column`. */
export function columnStart(layout: Layout, column: number): number {
  return column * layout.pitch + 1
}

/** Where the pixels of a mask lie in its data. */
export interface PixelGrid {
  readonly data: ArrayLike<number | boolean>
  readonly width: number
  readonly height: number
  readonly offset: number
  readonly rowStride: number
  readonly columnStride: number
  /** Adjacent values that make one pixel; the pixel is foreground if any of them is. */
  readonly values: number
  /** Where the data lies, for error messages: added after an index. */
  readonly where?: string
}
