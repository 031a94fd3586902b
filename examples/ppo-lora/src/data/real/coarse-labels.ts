import { mulberry32 } from '../../../../mulberry32.ts'
import { topShare } from '../synthetic/coarse-labels.ts'
import { smoothField } from '../synthetic/smooth-field.ts'
import type { RealImage } from './real-images.ts'

/** Half-width in pixels from which on vessels are always drawn; thinner ones only */
const THICK = 1.75
/** where a smooth field is among its highest, in this share of the field of view. */
const THIN_SEEN = 0.15
const THIN_SIGMA = 20
/** Vessels of at least this half-width are drawn too wide, by one pixel, */
const WIDE = 2
/** where another field is among its highest. */
const WIDENED = 0.3
const WIDE_SIGMA = 24

/**
 * The label that a careless annotator draws of a real image: most thin vessels are missing, parts of
 * the thick ones too wide.
 *
 * @param seed - decides which
 * @returns 1 at the pixels marked, row by row
 */
export function realCoarseLabel(
  { width, height, truth, within, caliber }: RealImage,
  seed: number,
): Uint8Array {
  const random = mulberry32(seed)
  const side = Math.max(width, height)
  const top = (sigma: number, share: number) => {
    const square = smoothField(side, sigma, random)
    const field = Float32Array.from(
      truth,
      (_, i) => square[Math.floor(i / width) * side + (i % width)],
    )
    return topShare(field, within, share)
  }
  const seen = top(THIN_SIGMA, THIN_SEEN)
  const widened = top(WIDE_SIGMA, WIDENED)

  const label = new Uint8Array(truth.length)
  for (let i = 0; i < label.length; i++) {
    if (truth[i] === 0 || (caliber[i] < THICK && seen[i] === 0)) continue
    label[i] = 1
    if (caliber[i] < WIDE || widened[i] === 0) continue
    const x = i % width
    if (x > 0) label[i - 1] = 1
    if (x < width - 1) label[i + 1] = 1
    if (i >= width) label[i - width] = 1
    if (i < width * (height - 1)) label[i + width] = 1
  }
  for (let i = 0; i < label.length; i++) label[i] &= within[i]
  return label
}
