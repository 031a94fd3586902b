/**
 * Labels as a careless annotator draws them: most thin vessels missing, many thick ones too wide. A
 * segmenter that is trained on them misses thin vessels, which is the deficiency of the base.
 */
import { mulberry32 } from '../../../mulberry32.ts'
import type { RealImage } from './real/real-images.ts'
import { smoothField, topShare } from './smooth-field.ts'
import { CAPILLARY_RADIUS, type SyntheticFundus } from './synthetic/synthetic-fundus.ts'

/** The part of a synthetic image in which the annotator sees capillaries. */
const CAPILLARIES_SEEN = 0.4
/** Vessels of at least this half-width may be drawn too wide, */
const TRUNK_RADIUS = 1
/** in this part of the image, */
const TRUNKS_WIDENED = 0.4
/** by one pixel. Either part consists of regions about this many pixels across. */
const FIELD_SIGMA = 6

/**
 * The coarse label of a synthetic image: 1 at the pixels that the annotator marks, else 0.
 *
 * @param sample the image's truth, radius, field of view and size
 * @param random decides which vessels are missed or widened
 */
export function coarseLabel(
  { size, truth, radius, within }: Pick<SyntheticFundus, 'size' | 'truth' | 'radius' | 'within'>,
  random: () => number,
): Uint8Array {
  const seesCapillary = topShare(smoothField(size, FIELD_SIGMA, random), within, CAPILLARIES_SEEN)
  const widensTrunk = topShare(smoothField(size, FIELD_SIGMA, random), within, TRUNKS_WIDENED)
  return drawn({ width: size, height: size, truth, within }, (i) => ({
    isSeen: radius[i] >= CAPILLARY_RADIUS || seesCapillary[i] === 1,
    isWide: radius[i] >= TRUNK_RADIUS && widensTrunk[i] === 1,
  }))
}

/** Half-width in pixels of a real image from which on vessels are always drawn; thinner ones only */
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
 * The coarse label of a real image.
 *
 * @param seed - decides which vessels are missed or widened
 * @returns 1 at the pixels marked, row by row
 */
export function realCoarseLabel(image: RealImage, seed: number): Uint8Array {
  const { width, height, truth, within, caliber } = image
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
  return drawn(image, (i) => {
    const isSeen = caliber[i] >= THICK || seen[i] === 1
    return { isSeen, isWide: isSeen && caliber[i] >= WIDE && widened[i] === 1 }
  })
}

/** Marks the pixels of the truth that are seen, and the four neighbours of those drawn too wide. */
function drawn(
  { width, height, truth, within }: Pick<RealImage, 'width' | 'height' | 'truth' | 'within'>,
  annotate: (i: number) => { isSeen: boolean; isWide: boolean },
): Uint8Array {
  const label = new Uint8Array(truth.length)
  for (let i = 0; i < label.length; i++) {
    if (truth[i] === 0) continue
    const { isSeen, isWide } = annotate(i)
    if (isSeen) label[i] = 1
    if (!isWide) continue
    const x = i % width
    if (x > 0) label[i - 1] = 1
    if (x < width - 1) label[i + 1] = 1
    if (i >= width) label[i - width] = 1
    if (i < width * (height - 1)) label[i + width] = 1
  }
  for (let i = 0; i < label.length; i++) label[i] &= within[i]
  return label
}
