import { encode } from 'fast-png'
import type { BitMask } from '../../../mask/bitmask.ts'
import type { OverlayImage } from '../../overlay/overlay.ts'
import type { Color } from '../../overlay/picture.ts'
import type { PictureWindow } from './choose-window.ts'

/** What lies behind the masks where there is no picture. */
const BACKGROUND: Color = [20, 22, 28]

/**
 * What a pixel is: neither, in both masks, only predicted, only true. The colours are those of
 * `overlay`; over a picture what is right is a faint veil, since errors are what one looks for.
 */
const TINTS: readonly (readonly [color: Color, share: number])[] = [
  [[0, 0, 0], 0],
  [[226, 226, 226], 0.28],
  [[230, 159, 0], 0.72],
  [[86, 180, 233], 0.72],
]

/**
 * Shades of the picture. A fundus has hardly more than one colour for each brightness, so that a
 * picture in its mean colours looks like itself and takes a fifth of the bytes.
 */
const SHADES = 26

/**
 * A window of a picture with the masks over it, as a `data:` URI of a PNG image with a palette.
 *
 * @param picture - of the size of the masks, if there is one
 */
export function tintedCrop(
  pred: BitMask,
  truth: BitMask,
  picture: OverlayImage | undefined,
  window: PictureWindow,
): { uri: string; width: number; height: number } {
  const { step } = window
  const width = Math.max(1, Math.floor(window.width / step))
  const height = Math.max(1, Math.floor(window.height / step))
  const kinds = kindsOf(pred, truth, window, width, height)
  const shades = picture === undefined ? undefined : shadesOf(picture, window, width, height)
  const data = kinds.map((kind, i) => kind * SHADES + (shades?.at[i] ?? 0))
  const palette = TINTS.flatMap(([color, share]) =>
    Array.from({ length: SHADES }, (_, i) => {
      const below = shades?.colors[i] ?? BACKGROUND
      const part = shades === undefined && share > 0 ? 1 : share
      return mixed(below, color, part)
    }),
  )
  const png = encode(
    { width, height, data, palette, depth: 8, channels: 1 },
    { zlib: { level: 9 } },
  )
  return { uri: `data:image/png;base64,${Buffer.from(png).toString('base64')}`, width, height }
}

function mixed(below: Color, above: Color, share: number): [number, number, number] {
  const mix = (c: number) => Math.round(below[c] + share * (above[c] - below[c]))
  return [mix(0), mix(1), mix(2)]
}

/** What each pixel of the picture is; where pixels are drawn together, errors outweigh the rest. */
function kindsOf(
  pred: BitMask,
  truth: BitMask,
  { left, top, step }: PictureWindow,
  width: number,
  height: number,
): Uint8Array {
  const kinds = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const counts = [0, 0, 0, 0]
      for (let dy = 0; dy < step; dy++) {
        for (let dx = 0; dx < step; dx++) {
          const [column, row] = [left + x * step + dx, top + y * step + dy]
          const isPred = pred.get(column, row)
          const isTrue = truth.get(column, row)
          counts[isPred && isTrue ? 1 : isPred ? 2 : isTrue ? 3 : 0]++
        }
      }
      const [none, both, extra, missed] = counts
      const worse = extra > missed ? 2 : 3
      if (Math.max(extra, missed) * 2 >= step * step) kinds[y * width + x] = worse
      else if (both >= none) kinds[y * width + x] = 1
    }
  }
  return kinds
}

/** The shade of each pixel of the picture, and the mean colour of each shade. */
function shadesOf(
  { data, width: whole }: OverlayImage,
  { left, top, step }: PictureWindow,
  width: number,
  height: number,
): { at: Uint8Array; colors: Color[] } {
  const colors = new Float64Array(3 * width * height)
  const brightness = new Float64Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      for (let dy = 0; dy < step; dy++) {
        for (let dx = 0; dx < step; dx++) {
          const from = 4 * ((top + y * step + dy) * whole + left + x * step + dx)
          for (let c = 0; c < 3; c++) colors[3 * i + c] += data[from + c] / (step * step)
        }
      }
      // Vessels show best in green.
      brightness[i] = 0.25 * colors[3 * i] + 0.65 * colors[3 * i + 1] + 0.1 * colors[3 * i + 2]
    }
  }
  const sorted = brightness.slice().sort()
  const low = sorted[Math.floor(0.005 * (sorted.length - 1))]
  const high = Math.max(low + 1, sorted[Math.ceil(0.995 * (sorted.length - 1))])
  const at = new Uint8Array(width * height)
  const sums = Array.from({ length: SHADES }, () => [0, 0, 0, 0])
  for (let i = 0; i < at.length; i++) {
    const share = (brightness[i] - low) / (high - low)
    const shade = Math.max(0, Math.min(SHADES - 1, Math.floor(share * SHADES)))
    at[i] = shade
    for (let c = 0; c < 3; c++) sums[shade][c] += colors[3 * i + c]
    sums[shade][3]++
  }
  return {
    at,
    colors: sums.map(([r, g, b, n]) => (n === 0 ? BACKGROUND : [r / n, g / n, b / n])),
  }
}
