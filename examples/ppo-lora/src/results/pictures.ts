/**
 * What training changed, as a picture: each row shows an image, its true vessels, and the masks
 * before and after.
 */
import { encodePng, type OverlayImage } from 'vessel-reward/node'
import { writeAtomically } from '../files/write-atomically.ts'
import { eachTextPixel, LETTER_HEIGHT, LETTER_WIDTH } from './pixel-font.ts'

/** One row of the picture; all arrays are width × height, in raster order. */
export interface PictureRow {
  width: number
  height: number
  /** Brightness in any unit; the picture shows it from its 1st to its 99th percentile. */
  image: ArrayLike<number>
  /** Not 0 at the vessels. */
  truth: ArrayLike<number>
  /** Not 0 inside the field of view; default: everywhere. */
  within?: ArrayLike<number>
  /** Masks to compare with the truth: not 0 at what they take for vessels. */
  masks: readonly ArrayLike<number>[]
}

export interface PictureOptions {
  /** Caption of each mask. Default: `['base', 'PPO + LoRA']`. */
  captions?: readonly string[]
  /** Pixels of the picture per pixel of the images, in each direction, 1 or more. Default: 4. */
  scale?: number
}

type Color = readonly [number, number, number]

const PAPER: Color = [13, 17, 23]
const INK: Color = [230, 237, 243]
const OUTSIDE: Color = [32, 36, 44]
const BACKGROUND: Color = [0, 0, 0]
/** Orange and sky blue differ for every kind of colour vision (M. Okabe and K. Ito, 2008). */
const HIT: Color = [226, 226, 226]
const FALSE: Color = [230, 159, 0]
const MISSED: Color = [86, 180, 233]

const LEGEND = [
  { text: 'true vessel', color: HIT },
  { text: 'false vessel', color: FALSE },
  { text: 'missed vessel', color: MISSED },
] as const

/** Pixels between the parts of the picture, and the side of a pixel of the font. */
const GAP = 8
const FONT_SCALE = 2

/** Writes {@link beforeAfter} as a PNG file, as a whole. */
export function writeBeforeAfter(
  path: string,
  rows: readonly PictureRow[],
  options?: PictureOptions,
): void {
  writeAtomically(path, encodePng(beforeAfter(rows, options)))
}

/**
 * Draws the picture: image, truth, and each mask in three colours: light where it is right, orange
 * where it sees a vessel that is not there, blue where it misses one. A legend stands below.
 *
 * @param rows - at least one, all of one size and with as many masks as captions
 * @throws RangeError if sizes or numbers of masks differ
 */
export function beforeAfter(
  rows: readonly PictureRow[],
  { captions = ['base', 'PPO + LoRA'], scale = 4 }: PictureOptions = {},
): OverlayImage {
  checkRows(rows, captions.length)
  const { width, height } = rows[0]
  const columns = 2 + captions.length
  const cellWidth = width * scale + GAP
  const cellHeight = height * scale + GAP
  const lineHeight = LETTER_HEIGHT * FONT_SCALE + GAP
  const letter = LETTER_WIDTH * FONT_SCALE
  const swatch = LETTER_HEIGHT * FONT_SCALE
  const entryWidth = (text: string) => swatch + letter + text.length * letter + 2 * letter
  const legendWidth = LEGEND.reduce((sum, { text }) => sum + entryWidth(text), 0)
  const canvas = new Canvas(
    GAP + Math.max(columns * cellWidth, legendWidth),
    GAP + lineHeight + rows.length * cellHeight + lineHeight,
  )

  for (const [column, text] of ['image', 'truth', ...captions].entries()) {
    canvas.text(text, GAP + column * cellWidth, GAP)
  }
  for (const [index, row] of rows.entries()) {
    const top = GAP + lineHeight + index * cellHeight
    const cells = [greyOf(row), truthColors(row), ...row.masks.map((m) => maskColors(row, m))]
    for (const [column, colorOf] of cells.entries()) {
      const left = GAP + column * cellWidth
      for (let i = 0; i < width * height; i++) {
        const isInside = row.within === undefined || row.within[i] !== 0
        const x = left + (i % width) * scale
        const y = top + Math.floor(i / width) * scale
        canvas.fill(x, y, scale, isInside ? colorOf(i) : OUTSIDE)
      }
    }
  }
  let x = GAP
  const y = GAP + lineHeight + rows.length * cellHeight
  for (const { text, color } of LEGEND) {
    canvas.fill(x, y, swatch, color)
    canvas.text(text, x + swatch + letter, y)
    x += entryWidth(text)
  }
  return canvas
}

class Canvas implements OverlayImage {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray<ArrayBuffer>

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.data = new Uint8ClampedArray(4 * width * height)
    for (let i = 0; i < width * height; i++) this.data.set([...PAPER, 255], 4 * i)
  }

  fill(left: number, top: number, side: number, [red, green, blue]: Color): void {
    const right = Math.min(this.width, left + side)
    for (let y = top; y < Math.min(this.height, top + side); y++) {
      for (let x = left; x < right; x++) {
        const i = 4 * (y * this.width + x)
        this.data[i] = red
        this.data[i + 1] = green
        this.data[i + 2] = blue
      }
    }
  }

  text(text: string, left: number, top: number): void {
    eachTextPixel(text, (x, y) => {
      this.fill(left + x * FONT_SCALE, top + y * FONT_SCALE, FONT_SCALE, INK)
    })
  }
}

function greyOf({ image, within }: PictureRow): (i: number) => Color {
  const inside = Float64Array.from(image).filter((_, i) => within === undefined || within[i] !== 0)
  inside.sort()
  const low = inside[Math.floor(0.01 * inside.length)]
  const high = inside[Math.floor(0.99 * inside.length)]
  // A uniform image, or a field of view without pixels, is black.
  const range = high > low ? high - low : Number.POSITIVE_INFINITY
  return (i) => {
    const grey = Math.round(255 * Math.min(1, Math.max(0, (image[i] - low) / range)))
    return [grey, grey, grey]
  }
}

function truthColors({ truth }: PictureRow): (i: number) => Color {
  return (i) => (truth[i] !== 0 ? HIT : BACKGROUND)
}

function maskColors({ truth }: PictureRow, mask: ArrayLike<number>): (i: number) => Color {
  return (i) => {
    if (mask[i] !== 0) return truth[i] !== 0 ? HIT : FALSE
    return truth[i] !== 0 ? MISSED : BACKGROUND
  }
}

function checkRows(rows: readonly PictureRow[], masks: number): void {
  if (rows.length === 0) throw new RangeError('expected at least one image to draw')
  const { width, height } = rows[0]
  for (const [index, row] of rows.entries()) {
    if (row.width !== width || row.height !== height) {
      throw new RangeError(
        `expected images of one size: image 0 is ${width} × ${height}, ` +
          `image ${index} ${row.width} × ${row.height}`,
      )
    }
    if (row.masks.length !== masks) {
      throw new RangeError(
        `expected ${masks} masks, one per caption; image ${index} has ${row.masks.length}`,
      )
    }
    for (const part of [row.image, row.truth, row.within, ...row.masks]) {
      if (part !== undefined && part.length !== width * height) {
        throw new RangeError(
          `expected ${width * height} values for image ${index}, got ${part.length}`,
        )
      }
    }
  }
}
