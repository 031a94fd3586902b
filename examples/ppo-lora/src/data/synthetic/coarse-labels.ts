/**
 * Labels as a careless annotator draws them: most capillaries missing, many trunks too wide. A
 * segmenter that is trained on them misses thin vessels, which is the deficiency of the base.
 */
import { smoothField } from './smooth-field.ts'
import { CAPILLARY_RADIUS, type SyntheticFundus } from './synthetic-fundus.ts'

/** The part of the image in which the annotator sees capillaries. */
const CAPILLARIES_SEEN = 0.4
/** Vessels of at least this half-width may be drawn too wide, */
const TRUNK_RADIUS = 1
/** in this part of the image, */
const TRUNKS_WIDENED = 0.4
/** by one pixel. Either part consists of regions about this many pixels across. */
const FIELD_SIGMA = 6

/**
 * The coarse label of an image: 1 at the pixels that the annotator marks, else 0.
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

  const label = new Uint8Array(size * size)
  for (let i = 0; i < label.length; i++) {
    if (truth[i] === 0) continue
    if (radius[i] >= CAPILLARY_RADIUS || seesCapillary[i] === 1) label[i] = 1
    if (radius[i] >= TRUNK_RADIUS && widensTrunk[i] === 1) {
      const x = i % size
      if (x > 0) label[i - 1] = 1
      if (x < size - 1) label[i + 1] = 1
      if (i >= size) label[i - size] = 1
      if (i < size * (size - 1)) label[i + size] = 1
    }
  }
  for (let i = 0; i < label.length; i++) label[i] &= within[i]
  return label
}

/** 1 where the field is among the highest of the field of view, as large a share as asked for. */
export function topShare(field: Float32Array, within: Uint8Array, share: number): Uint8Array {
  const inside = field.filter((_, i) => within[i] === 1).sort()
  const limit = inside[Math.floor((1 - share) * inside.length)]
  return Uint8Array.from(field, (value) => (value >= limit ? 1 : 0))
}
