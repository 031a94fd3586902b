import { BitMask, clDice, clDiceParts, type ThinningMethod } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readCenterlineGolden } from '../golden/centerline-golden.ts'
import { faults, isClose } from '../oracle/compare.ts'
import { harmonicMean, packedPairs, resultDifference } from './centerline-pairs.ts'

const METHODS: ThinningMethod[] = ['skimage', 'zhang-suen', 'guo-hall']

describe('clDiceParts', () => {
  it.each(METHODS)('equals the golden shares, %s', (method) => {
    const found = faults(packedPairs(), ({ pred, truth, within, agree, ...pair }) => {
      const { tprec, tsens } = pair.clDice[method]
      return resultDifference(
        (empty) => clDiceParts(pred, truth, { within, thinning: method, empty }),
        // Of an undefined share, its value is the mean of what stands for the share.
        { clDice: harmonicMean(tprec, tsens), tprec, tsens },
        agree,
      )
    })
    // Where one share is undefined and the other is not, the mean is that of 0 or 1 and the other.
    expect(found.filter((fault) => !/clDice is/.test(fault))).toEqual([])
    const mixed = faults(packedPairs(), ({ pred, truth, within, agree, ...pair }) => {
      const { tprec, tsens } = pair.clDice[method]
      const stand = agree ? 1 : 0
      const wanted = harmonicMean(tprec ?? stand, tsens ?? stand) as number
      const got = clDiceParts(pred, truth, { within, thinning: method }).clDice
      if (!isClose(got, wanted)) return `${got} instead of ${wanted}`
      return clDice(pred, truth, { within, thinning: method }) === got ? '' : 'clDice differs'
    })
    expect(mixed).toEqual([])
  })

  it('gives the published values, which need the thinning of scikit-image', () => {
    const { published } = readCenterlineGolden()
    const others = []
    for (const { size, published: value, clDice: golden, ...masks } of published) {
      const pack = (data: Uint8Array) => BitMask.from({ data, width: size, height: size })
      const [pred, truth] = [pack(masks.pred), pack(masks.truth)]
      const parts = clDiceParts(pred, truth)
      expect(parts.tprec).toBeCloseTo(golden.skimage.tprec as number, 14)
      expect(parts.tsens).toBeCloseTo(golden.skimage.tsens as number, 14)
      // Where the reference has NaN, the skeletons do not overlap: the worst value.
      if (value === null) expect(parts).toEqual({ clDice: 0, tprec: 0, tsens: 0 })
      else expect(Math.abs(parts.clDice - value)).toBeLessThanOrEqual(0.01)
      others.push(clDice(pred, truth, { thinning: 'guo-hall' }) - (value ?? 0))
    }
    expect(published.map(({ published: value }) => value)).toEqual([0.475, 0.78, 0.86, 0.67, null])
    expect(others.some((difference) => Math.abs(difference) > 0.01)).toBe(true)
  })

  it('refuses options that it does not know', () => {
    const options = { method: 'skimage' } as object
    expect(() => clDiceParts([[1]], [[1]], options)).toThrow(
      new RangeError(
        "unknown option 'method' of clDiceParts: did you mean 'within'? Known: within, ignore, empty, thinning",
      ),
    )
    expect(() => clDiceParts([[1]], [[1]], null as never)).toThrow(TypeError)
  })
})
