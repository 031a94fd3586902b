import { BitMask } from '../mask/bitmask.ts'
import { factOf, skeletonOf } from '../metrics/facts.ts'
import { dilateOf, erode } from '../morphology/dilate.ts'
import { cutGapsOf } from './cut-gaps.ts'
import { qualityOf } from './quality.ts'
import { seededRandom, seedFor } from './seeded-random.ts'

/** A mask such as a decent model draws, which no bad mask should be paid more than. */
export interface HonestMask {
  name: string
  mask: BitMask
}

/** Dice that honest masks come down to, where the vessels are thin enough. */
const TARGET_DICE = 0.82
/** Borders are off by blocks of so many pixels. */
const BLOCK = 8
/** One false or missing piece for so many pixels of centreline, half of them each. */
const PIXELS_PER_ERROR = 130

/**
 * Two masks that a decent model might draw of a truth: one whose borders are off by a pixel here and
 * there, and the same one with as many gaps and false specks as published networks leave (a W-Net
 * on CHASE_DB1: 78 components too many on 10 400 pixels of centreline).
 */
export function honestMasks(truth: BitMask, seed: number): HonestMask[] {
  if (truth.count === 0) return []
  const rough = roughBorders(truth, seedFor(seed, 'borders'))
  return [
    { name: 'rough borders', mask: rough },
    { name: 'rough borders, gaps and specks', mask: withErrors(rough, truth, seed) },
  ]
}

/** The borders a pixel outwards or inwards in so many blocks that Dice comes down to the target. */
function roughBorders(truth: BitMask, seed: number): BitMask {
  const { width, height } = truth
  const wide = dilateOf(truth, 'diamond', 1).toUint8Array()
  const narrow = erode(truth, { element: 'diamond' }).toUint8Array()
  // The centreline stays, so that no vessel is interrupted.
  const skeleton = skeletonOf(truth, 'skimage').toUint8Array()
  const columns = Math.ceil(width / BLOCK)
  const random = seededRandom(seed)
  const draws = Float64Array.from({ length: columns * Math.ceil(height / BLOCK) }, random)
  const at = (share: number) => {
    const data = truth.toUint8Array()
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const draw = draws[Math.floor(y / BLOCK) * columns + Math.floor(x / BLOCK)]
        if (draw < share / 2) data[i] = wide[i]
        else if (draw > 1 - share / 2) data[i] = narrow[i] | skeleton[i]
      }
    }
    return BitMask.from({ data, width, height })
  }
  let low = 0
  let high = 1
  let best = at(1)
  if (qualityOf(best, truth).dice >= TARGET_DICE) return best
  for (let round = 0; round < 6; round++) {
    const middle = (low + high) / 2
    const mask = at(middle)
    if (qualityOf(mask, truth).dice >= TARGET_DICE) {
      best = mask
      low = middle
    } else high = middle
  }
  return low === 0 ? at(0) : best
}

function withErrors(mask: BitMask, truth: BitMask, seed: number): BitMask {
  const { width, height } = mask
  const errors = Math.round(skeletonOf(truth, 'skimage').count / PIXELS_PER_ERROR / 2)
  const gaps = cutGapsOf(truth, errors, 6, seedFor(seed, 'gaps')).mask.toUint8Array()
  const before = truth.toUint8Array()
  const data = mask.toUint8Array()
  for (let i = 0; i < data.length; i++) if (before[i] === 1 && gaps[i] === 0) data[i] = 0
  const near = factOf(truth, 'audit surroundings', () => dilateOf(truth, 'square', 4))
  const isNear = near.toUint8Array()
  const random = seededRandom(seedFor(seed, 'specks'))
  let specks = errors
  for (let tries = 20 * errors; tries > 0 && specks > 0; tries--) {
    const x = Math.floor(random() * (width - 2))
    const y = Math.floor(random() * (height - 2))
    if (x < 0 || y < 0 || isNear[(y + 1) * width + x + 1] === 1) continue
    for (let row = y; row < y + 3; row++) data.fill(1, row * width + x, row * width + x + 3)
    specks--
  }
  return BitMask.from({ data, width, height })
}
