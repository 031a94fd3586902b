import { BitMask, distanceTransform } from 'vessel-reward'
import type { Reference } from '../ppo/image-reward.ts'

/** Width in pixels of the outer band of a field of view. */
export const BAND = 5

/**
 * The outer band of a field of view: what lies within {@link BAND} pixels of the nearest pixel
 * outside. The border of the image itself is not a rim.
 */
export function outerBand(within: BitMask): BitMask {
  const { width, height } = within
  const { distances } = distanceTransform(within)
  const data = Uint8Array.from(distances, (d) => (d > 0 && d <= BAND ? 1 : 0))
  return BitMask.from({ data, width, height })
}

/** What lies in the outer bands of the fields of view of some images. */
export interface RimErrors {
  /** Share of the fields of view: what errors that do not care about the rim would have. */
  area: number
  /** Share of the false vessel pixels by method; NaN where there are none. */
  falsePixels: Record<string, number>
}

/**
 * Where the false vessels lie. The edge of a field of view looks like a vessel, and a model that is
 * taken in draws a ring: then far more of its false pixels lie in the outer band than of the area.
 *
 * @param masks - of every method, image by image
 */
export function rimErrors(
  masks: Readonly<Record<string, readonly BitMask[]>>,
  references: readonly Reference[],
): RimErrors {
  const bands = references.map(({ within }) => outerBand(within).toUint8Array())
  const truths = references.map(({ truth }) => truth.toUint8Array())
  const fields = references.map(({ within }) => within.toUint8Array())
  /** Share of the pixels that count which lie in a band. */
  const share = (counts: (image: number, at: number) => boolean) => {
    let [inBand, all] = [0, 0]
    fields.forEach((field, image) => {
      for (let at = 0; at < field.length; at++) {
        if (field[at] === 0 || !counts(image, at)) continue
        all++
        inBand += bands[image][at]
      }
    })
    return inBand / all
  }
  const falsePixels = Object.entries(masks).map(([name, all]) => {
    const bytes = all.map((mask) => mask.toUint8Array())
    return [name, share((i, at) => bytes[i][at] !== 0 && truths[i][at] === 0)] as const
  })
  return { area: share(() => true), falsePixels: Object.fromEntries(falsePixels) }
}

/** {@link rimErrors} in a few lines, for a terminal. */
export function rimText({ area, falsePixels }: RimErrors): string {
  const percent = (share: number) => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`)
  const head =
    `false vessel pixels in the outer ${BAND} pixels of the field of view, ` +
    `where ${percent(area)} of it lie:`
  const widest = Math.max(...Object.keys(falsePixels).map((name) => name.length))
  const rows = Object.entries(falsePixels).map(
    ([name, share]) => `${name.padEnd(widest)}  ${percent(share)}`,
  )
  return [head, ...rows].join('\n')
}
