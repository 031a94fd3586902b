import { BitMask, compare } from 'vessel-reward'
import type { RealImage } from '../data/real/real-images.ts'
import type { ImageReward, Reference } from '../ppo/image-reward.ts'
import type { Methods } from './comparison.ts'
import { METRICS, type MetricName } from './scores.ts'

/** Bounds of the half-widths, in pixels, that recall is given for. */
const CALIBERS = [1, 1.75]
const CALIBER_NAMES = ['half-width < 1', '1 to 1.75', '1.75 and more'] as const

/** The masks of one method on every image. */
export type Masks = readonly BitMask[]

/** Truth and field of view of an image, packed once. */
export function referenceOf({ truth, within, width, height }: RealImage): Reference {
  return {
    truth: BitMask.from({ data: truth, width, height }),
    within: BitMask.from({ data: within, width, height }),
  }
}

/** The second observer's masks, if all images have one. */
export function secondObserver(images: readonly RealImage[]): Masks | undefined {
  const masks = images.flatMap(({ second, width, height }) =>
    second === undefined ? [] : [BitMask.from({ data: second, width, height })],
  )
  return masks.length === images.length ? masks : undefined
}

/**
 * The reward of a whole image as the mean over its patches: on the whole, the topology term is at its
 * bound for nearly every mask.
 *
 * @param reward - of a patch
 * @param size - side of a patch; those of a grid count that are in the field of view for nine tenths
 */
export function patchReward(reward: ImageReward, size: number): ImageReward {
  const known = new WeakMap<Reference, Patch[]>()
  return (mask, reference) => {
    let patches = known.get(reference)
    if (patches === undefined) {
      patches = patchesOf(reference, size)
      known.set(reference, patches)
    }
    const { width } = reference.truth
    const bytes = BitMask.from(mask).toUint8Array()
    const rewards = patches.map(({ left, top, ...patch }) =>
      reward(cut(bytes, width, left, top, size), patch),
    )
    return rewards.reduce((a, b) => a + b, 0) / rewards.length
  }
}

interface Patch extends Reference {
  left: number
  top: number
}

function patchesOf({ truth, within }: Reference, size: number): Patch[] {
  const { width, height } = truth
  const [truthBytes, withinBytes] = [truth.toUint8Array(), within.toUint8Array()]
  const patches: Patch[] = []
  for (let top = 0; top + size <= height; top += size) {
    for (let left = 0; left + size <= width; left += size) {
      const inside = cut(withinBytes, width, left, top, size)
      if (inside.count < 0.9 * size * size) continue
      const vessel = cut(truthBytes, width, left, top, size)
      patches.push({ left, top, truth: vessel, within: inside })
    }
  }
  return patches
}

function cut(bytes: Uint8Array, width: number, left: number, top: number, size: number): BitMask {
  const data = new Uint8Array(size * size)
  for (let y = 0; y < size; y++) {
    const start = (top + y) * width + left
    data.set(bytes.subarray(start, start + size), y * size)
  }
  return BitMask.from({ data, width: size, height: size })
}

/** Recall by the half-width of the true vessels, over the pixels of all images. */
export function recallByCaliber(masks: Masks, images: readonly RealImage[]): number[] {
  const hits = CALIBER_NAMES.map(() => 0)
  const all = CALIBER_NAMES.map(() => 0)
  images.forEach(({ truth, caliber }, i) => {
    const mask = masks[i].toUint8Array()
    for (let at = 0; at < truth.length; at++) {
      if (truth[at] === 0) continue
      const kind = CALIBERS.filter((bound) => caliber[at] >= bound).length
      all[kind]++
      hits[kind] += mask[at]
    }
  })
  return hits.map((hit, kind) => hit / all[kind])
}

/** A table of {@link recallByCaliber}, for a terminal. */
export function caliberTable(methods: Record<string, readonly number[]>): string {
  const widest = Math.max(...Object.keys(methods).map((name) => name.length))
  const lines = Object.entries(methods).map(([name, recalls]) => {
    const cells = recalls.map((recall, i) =>
      (Number.isNaN(recall) ? '–' : recall.toFixed(3)).padEnd(CALIBER_NAMES[i].length),
    )
    return [name.padEnd(widest), ...cells].join('  ')
  })
  return [['recall'.padEnd(widest), ...CALIBER_NAMES].join('  '), ...lines].join('\n')
}

/** What one method gains over another, image by image, metric by metric: one line each. */
export function pairedGains(methods: Methods, from: string, to: string): string {
  const shown: MetricName[] = METRICS.filter((name) => name !== 'reward')
  const gains = compare(methods[to], methods[from])
  const lines = shown.map((name) => {
    const { difference, low, high, wins, n, p } = gains[name]
    const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
    return `  ${name.padEnd(9)} ${signed(difference)} [${signed(low)}, ${signed(high)}], higher on ${wins} of ${n} images, p = ${p.toFixed(4)}`
  })
  return [`${to} against ${from}:`, ...lines].join('\n')
}
