import type { BitMask } from 'vessel-reward'

/** An image whose true vessels' half-widths are known, in pixels. */
export interface CaliberImage {
  truth: Uint8Array
  caliber: Float32Array
}

/** Bounds of the half-widths, in pixels, that recall is given for. */
const CALIBERS = [1, 1.75]
const CALIBER_NAMES = ['half-width < 1', '1 to 1.75', '1.75 and more'] as const

/** Recall by the half-width of the true vessels, over the pixels of all images. */
export function recallByCaliber(
  masks: readonly BitMask[],
  images: readonly CaliberImage[],
): number[] {
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
