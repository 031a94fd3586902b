import {
  BitMask,
  type ClDiceOptions,
  clDice,
  clDiceParts,
  type ThinningMethod,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readCenterlineGolden } from '../golden/centerline-golden.ts'
import { readGolden } from '../golden/golden.ts'
import { bits, faults, isClose } from '../oracle/compare.ts'
import { draw } from '../oracle/grid.ts'
import { harmonicMean, packedPairs, resultDifference } from './centerline-pairs.ts'

const METHODS: ThinningMethod[] = ['skimage', 'zhang-suen', 'guo-hall']

/** The golden pairs, packed once, so that each is thinned once. */
const PAIRS = readGolden().pairs.map((pair) => {
  const { width, height, within } = pair
  const pack = (data: Uint8Array) => BitMask.from({ data, width, height })
  const masks = { pred: pack(pair.pred), truth: pack(pair.truth), within: within && pack(within) }
  return { ...pair, ...masks, within: masks.within ?? undefined }
})

type Pair = (typeof PAIRS)[number]

/** What the golden value means: null is 0/0, but without overlap of the skeletons it is 0. */
function meaningOf(pair: Pair, thinning: ThinningMethod): { value: number; defined: boolean } {
  const { value, tprec, tsens } = pair.clDice[thinning]
  if (value !== null) return { value, defined: true }
  if (tprec !== null && tsens !== null) return { value: 0, defined: true }
  const agree = pair.confusion.fp === 0 && pair.confusion.fn === 0
  return { value: agree ? 1 : 0, defined: false }
}

describe('clDice', () => {
  it.each(METHODS)('equals the golden values, %s', (method) => {
    const found = faults(PAIRS, (pair) => {
      const { pred, truth, within } = pair
      const { value, defined } = meaningOf(pair, method)
      const actual = clDice(pred, truth, { thinning: method, within })
      if (!isClose(actual, value)) return `${actual} instead of ${value}`
      const strict = clDice(pred, truth, { thinning: method, within, empty: 'nan' })
      if (!isClose(strict, defined ? value : Number.NaN)) return `'nan' gives ${strict}`
      try {
        clDice(pred, truth, { thinning: method, within, empty: 'throw' })
        return defined ? '' : "'throw' does not throw"
      } catch (error) {
        const { message } = error as Error
        const expected = 'clDice is undefined for these masks: 0 divided by 0'
        return !defined && message === expected ? '' : message
      }
    })
    expect(found).toEqual([])
  })

  it('thins like scikit-image by default', () => {
    const square = bits(draw('.... .##. .##. ....'))
    const line = bits(draw('.... #### .... ....'))
    const expected = clDice(square, line, { thinning: 'skimage' })
    expect(expected).toBeGreaterThan(0)
    for (const options of [undefined, {}, { thinning: undefined }]) {
      expect(clDice(square, line, options)).toBe(expected)
    }
    expect(clDice(square, line, { thinning: 'zhang-suen' })).toBe(0)
  })

  it('cuts the masks to the field of view before it thins them', () => {
    const wide = bits(draw('##### ##### ##### ##### #####'))
    const top = bits(draw('##### ##### ##### ..... .....'))
    const row = bits(draw('..... ##### ..... ..... .....'))
    // The middle row of the upper three is the centreline only of what lies inside.
    expect(clDice(wide, row, { within: top })).toBe(clDice(top, row))
    expect(clDice(wide, row, { within: top })).not.toBe(clDice(wide, row))
  })

  it('takes a mask without a skeleton for equal to itself only', () => {
    const square = bits(draw('..... .##.. .##.. ..... .....'))
    const other = bits(draw('..... ..... ..##. ..##. .....'))
    const empty = BitMask.from({ data: new Uint8Array(25), width: 5, height: 5 })
    const method = 'zhang-suen'
    expect(clDice(square, square, { thinning: method })).toBe(1)
    expect(clDice(square, BitMask.from(square), { thinning: method })).toBe(1)
    expect(clDice(empty, empty, { thinning: method })).toBe(1)
    expect(clDice(square, other, { thinning: method })).toBe(0)
    expect(clDice(square, empty, { thinning: method })).toBe(0)
    expect(clDice(empty, square, { thinning: method })).toBe(0)
  })

  it.each<[unknown, Error]>([
    [
      { thinning: 'lee' },
      new RangeError("expected thinning to be 'skimage' or 'zhang-suen' or 'guo-hall', got 'lee'"),
    ],
    [
      { empty: 'worst' },
      new RangeError("expected empty to be 'perfect' or 'nan' or 'throw', got 'worst'"),
    ],
    [
      { within: [[1, 1]] },
      new RangeError('expected a field of view and masks of equal size, got 2 × 1 and 1 × 1'),
    ],
    [null, new TypeError('expected the options of clDice to be a plain object, got null')],
  ])('refuses the options %j', (options, error) => {
    expect(() => clDice([[1]], [[1]], options as ClDiceOptions)).toThrow(error)
  })

  it('refuses masks of unequal size', () => {
    expect(() => clDice([[1]], [[1, 1]])).toThrow(
      new RangeError('expected a prediction and a truth of equal size, got 1 × 1 and 2 × 1'),
    )
  })
})

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
