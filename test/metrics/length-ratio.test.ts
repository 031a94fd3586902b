import fc from 'fast-check'
import {
  type LengthRatioOptions,
  lengthAgreement,
  lengthRatio,
  skeletonize,
  skeletonLength,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readGolden } from '../golden/golden.ts'
import { bits, faults, isClose } from '../oracle/compare.ts'
import { draw } from '../oracle/grid.ts'
import { masksOfOneSize } from '../property/masks.ts'

const long = bits(draw('######### .........'))
const short = bits(draw('..#####.. .........'))
const dot = bits(draw('....#.... .........'))
const empty = bits(draw('......... .........'))

describe('lengthRatio and lengthAgreement', () => {
  it('equal the quotients of the golden lengths', () => {
    const found = faults(readGolden().pairs, ({ pred, truth, within, width, height, facts }) => {
      const predMask = { data: pred, width, height }
      const truthMask = { data: truth, width, height }
      const options = within === null ? {} : { within: { data: within, width, height } }
      const [p, t] = [facts.pred.length, facts.truth.length]
      const ratio = t > 0 ? p / t : p === 0 ? 1 : 0
      const agreement = p === t ? 1 : Math.min(p, t) / Math.max(p, t)
      const actual = lengthRatio(predMask, truthMask, options)
      if (!isClose(actual, ratio)) return `ratio ${actual} instead of ${ratio}`
      const symmetric = lengthAgreement(predMask, truthMask, options)
      return isClose(symmetric, agreement) ? '' : `agreement ${symmetric} instead of ${agreement}`
    })
    expect(found).toEqual([])
  })

  it('follow the empty policy where the truth, or neither, has a length', () => {
    expect([lengthRatio(empty, empty), lengthAgreement(empty, empty)]).toEqual([1, 1])
    expect([lengthRatio(long, empty), lengthAgreement(long, empty)]).toEqual([0, 0])
    expect([lengthRatio(empty, long), lengthAgreement(empty, long)]).toEqual([0, 0])
    // A single pixel has no length either.
    expect([lengthRatio(dot, empty), lengthAgreement(dot, dot)]).toEqual([1, 1])
    const nan: LengthRatioOptions = { empty: 'nan' }
    expect(lengthRatio(long, empty, nan)).toBeNaN()
    expect(lengthAgreement(long, empty, nan)).toBe(0)
    expect(lengthAgreement(empty, empty, nan)).toBeNaN()
    expect(lengthRatio(empty, long, nan)).toBe(0)
    expect(() => lengthRatio(long, empty, { empty: 'throw' })).toThrow(
      new RangeError('lengthRatio is undefined for these masks: a skeleton has no length'),
    )
    expect(() => lengthAgreement(dot, empty, { empty: 'throw' })).toThrow(RangeError)
  })

  it('cut, thin and measure as the options say', () => {
    const diagonal = bits(draw('#.. .#. ..#'))
    const line = bits(draw('### ... ...'))
    expect(lengthRatio(diagonal, line)).toBeCloseTo(Math.SQRT2, 12)
    expect(lengthRatio(diagonal, line, { length: 'pixels' })).toBe(1)
    expect(lengthRatio(long, short, { within: short })).toBe(1)
    const square = bits(draw('.... .##. .##. ....'))
    expect(lengthAgreement(square, square, { thinning: 'zhang-suen', empty: 'nan' })).toBeNaN()
    expect(lengthAgreement(square, square, { empty: 'nan' })).toBe(1)
  })

  it('agree with each other: the lesser of the ratio and its inverse', () => {
    fc.assert(
      fc.property(masksOfOneSize(2), ([p, t]) => {
        const [pred, truth] = [bits(p), bits(t)]
        expect(lengthAgreement(pred, truth)).toBe(lengthAgreement(truth, pred))
        if (skeletonLength(skeletonize(pred)) === 0) return
        if (skeletonLength(skeletonize(truth)) === 0) return
        const ratio = lengthRatio(pred, truth)
        expect(lengthAgreement(pred, truth)).toBeCloseTo(Math.min(ratio, 1 / ratio), 12)
      }),
      { numRuns: 100 },
    )
  })

  it.each<[unknown, Error | RegExp]>([
    [
      { method: 'chain' },
      /^unknown option 'method' of \w+: did you mean 'within'\? Known: within, ignore, empty, thinning, length$/,
    ],
    [{ length: 'steps' }, new RangeError("expected length to be 'chain' or 'pixels', got 'steps'")],
  ])('refuse the options %j', (options, error) => {
    expect(() => lengthRatio([[1]], [[1]], options as LengthRatioOptions)).toThrow(error)
    expect(() => lengthAgreement([[1]], [[1]], options as LengthRatioOptions)).toThrow(error)
  })
})
