import { BitMask, countJunctions, skeletonize } from 'vessel-reward'
import { traceCenterlines } from 'vessel-reward/trace'
import { describe, expect, it } from 'vitest'
import { thinWithSkeletonTracing } from '../../bench/peers/skeleton-tracing.ts'
import type { GoldenCase } from '../golden/golden.ts'

import {
  cases,
  distancesBetween,
  expectTracing,
  golden,
  indicesOf,
  METHODS,
  maskOf,
} from './trace-checks.ts'

describe('traceCenterlines', () => {
  it('draws the skeleton of every golden mask, with its components, loops and length', () => {
    for (const [i, one] of cases.entries()) {
      const { width, height, name } = one
      for (const thinning of i % 4 === 0 ? METHODS : METHODS.slice(0, 1)) {
        const skeleton = BitMask.from({ data: one.skeletons[thinning].mask, width, height })
        expectTracing(skeleton, traceCenterlines(maskOf(one), { thinning }), 1, name)
      }
    }
  })

  it.each([3, 6, 7, 10, 25, 64])('keeps them with chunks of %i pixels', (chunkSize) => {
    for (const one of cases.filter((_, i) => i % 6 === chunkSize % 6)) {
      const { width, height, skeletons, name } = one
      const skeleton = BitMask.from({ data: skeletons.skimage.mask, width, height })
      expectTracing(skeleton, traceCenterlines(maskOf(one), { chunkSize }), chunkSize, name)
    }
  })

  it('leaves out pixels that only fill up squares, at most 2 pixels from the line', () => {
    let most = 0
    for (const one of cases) {
      const { width, height } = one
      const skeleton = one.skeletons.skimage.mask
      const lines = traceCenterlines(maskOf(one))
      most = Math.max(most, ...distancesBetween(skeleton, lines, width, height).toLines)
    }
    expect(most).toBe(2)
  })

  it('traces nested squares in 2000 × 2000 pixels', () => {
    const n = 2000
    const skeleton = new Uint8Array(n * n)
    for (let y = 1; y < n - 1; y++) {
      for (let x = 1; x < n - 1; x++) {
        const ring = Math.max(Math.abs(x - n / 2), Math.abs(y - n / 2))
        if (ring % 40 === 20 && ring < n / 2 - 10) skeleton[y * n + x] = 1
      }
    }
    const mask = { data: skeleton, width: n, height: n }
    expectTracing(skeletonize(mask), traceCenterlines(mask), 1)
  })
})

describe('the thinning of skeleton-tracing-js', () => {
  /** The mask with a margin of background pixels. */
  function padded({ mask, width, height }: GoldenCase, margin: number): BitMask {
    const wide = width + 2 * margin
    const data = new Uint8Array(wide * (height + 2 * margin))
    for (const i of indicesOf(mask)) {
      const x = i % width
      data[((i - x) / width + margin) * wide + x + margin] = 1
    }
    return BitMask.from({ data, width: wide, height: height + 2 * margin })
  }

  /** Its skeleton, with the margin taken off. */
  function thinned(one: GoldenCase, margin: number): Uint8Array {
    const mask = padded(one, margin)
    const bytes = thinWithSkeletonTracing(mask.toUint8Array(), mask.width, mask.height)
    return Uint8Array.from({ length: one.mask.length }, (_, i) => {
      const x = i % one.width
      return bytes[((i - x) / one.width + margin) * mask.width + x + margin]
    })
  }

  function departures(margin: number): Record<string, number> {
    const found = { masks: 0, standing: 0, missing: 0, junctions: 0 }
    for (const one of cases) {
      const { mask, junctions } = one.skeletons['zhang-suen']
      const result = thinned(one, margin)
      const differing = [...mask.keys()].filter((i) => mask[i] !== result[i])
      const standing = differing.filter((i) => result[i] === 1).length
      found.standing += standing
      found.missing += differing.length - standing
      if (differing.length > 0) found.masks++
      const count = countJunctions({ data: result, width: one.width, height: one.height })
      if (count !== junctions.crossingNumber[3]) found.junctions++
    }
    return found
  }

  // Its docs give the numbers of the next two tests.
  it('departs from Zhang and Suen on 407 of 660 masks', () => {
    expect(cases.length).toBe(660)
    const pixels = cases.map(({ skeletons }) => indicesOf(skeletons['zhang-suen'].mask).length)
    expect(pixels.reduce((a, b) => a + b)).toBe(186_321)
    expect(departures(0)).toEqual({
      masks: 407,
      standing: 118_379,
      missing: 10_148,
      junctions: 275,
    })
  })

  it('departs on 10 of them for another reason than the border', () => {
    expect(departures(1)).toEqual({ masks: 10, standing: 34, missing: 0, junctions: 5 })
  })

  it('grows spurs on a plus sign that touches the border', () => {
    const plus = maskOf(golden('plus/3/21x21'))
    const { data, width, height } = plus
    const thin = thinWithSkeletonTracing(data, width, height)
    const theirs = BitMask.from({ data: thin, width, height })
    const ours = skeletonize(plus, { method: 'zhang-suen' })
    expect([theirs.count, ours.count]).toEqual([49, 35])
    const crossing = { method: 'pixels' } as const
    expect([countJunctions(theirs, crossing), countJunctions(ours, crossing)]).toEqual([13, 5])
  })
})
