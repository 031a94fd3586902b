import { BitMask, type CalOptions, calParts } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, faults } from '../oracle/compare.ts'
import { draw } from '../oracle/grid.ts'
import { packedPairs, ratio, resultDifference } from './centerline-pairs.ts'

const PAIRS = packedPairs()

describe('cal', () => {
  it('equals the golden values', () => {
    const found = faults(PAIRS, ({ pred, truth, within, agree, ...pair }) => {
      const [areaRadius, lengthRadius] = pair.cal.radii
      const [predParts, truthParts, areaHits, areaAll, lengthHits, lengthAll] = pair.cal.counts
      const inTruth = pair.confusion.tp + pair.confusion.fn
      const apart = Math.abs(predParts - truthParts)
      const connectivity = inTruth === 0 && apart === 0 ? null : 1 - Math.min(1, apart / inTruth)
      const area = ratio(areaHits, areaAll)
      const length = ratio(lengthHits, lengthAll)
      const isDefined = connectivity !== null && area !== null && length !== null
      const expected = {
        cal: isDefined ? connectivity * area * length : null,
        connectivity,
        area,
        length,
      }
      const run = (empty: CalOptions['empty']) =>
        calParts(pred, truth, { within, areaRadius, lengthRadius, empty })
      return resultDifference(run, expected, agree)
    })
    expect(found).toEqual([])
  })

  it('has radii of 2 by default', () => {
    const pair = PAIRS.find(({ name }) => name.startsWith('dilated/') || name.includes('shift'))
    expect(pair).toBeDefined()
    if (pair === undefined) return
    const expected = calParts(pair.pred, pair.truth, { areaRadius: 2, lengthRadius: 2 })
    expect(calParts(pair.pred, pair.truth)).toEqual(expected)
    expect(calParts(pair.pred, pair.truth, { areaRadius: undefined })).toEqual(expected)
    expect(calParts(pair.pred, pair.truth, { areaRadius: 0 })).not.toEqual(expected)
    expect(calParts(pair.pred, pair.truth, { lengthRadius: 0 })).not.toEqual(expected)
  })

  it('has the same area and length with the masks swapped', () => {
    const found = faults(PAIRS, ({ pred, truth, within }) => {
      const one = calParts(pred, truth, { within })
      const other = calParts(truth, pred, { within })
      return one.area === other.area && one.length === other.length ? '' : 'not symmetric'
    })
    expect(found).toEqual([])
  })

  it('takes the diamond of 13 pixels, not the square', () => {
    const dot = bits(draw('..... ..... ..#.. ..... .....'))
    const overlaps = (x: number, y: number) => {
      const data = new Uint8Array(25)
      data[5 * y + x] = 1
      return calParts(BitMask.from({ data, width: 5, height: 5 }), dot).area
    }
    expect(overlaps(4, 2)).toBe(1)
    expect(overlaps(3, 3)).toBe(1)
    expect(overlaps(4, 3)).toBe(0)
  })

  it('is 0 of exactly one empty mask, and 1 of two', () => {
    const line = [[1, 1, 1, 1]]
    const off = [[0, 0, 0, 0]]
    expect(calParts(line, off)).toEqual({ cal: 0, connectivity: 0, area: 0, length: 0 })
    expect(calParts(off, line)).toEqual({ cal: 0, connectivity: 0.75, area: 0, length: 0 })
    const perfect = { cal: 1, connectivity: 1, area: 1, length: 1 }
    expect(calParts(off, off)).toEqual(perfect)
    expect(calParts([], [])).toEqual(perfect)
  })

  it.each<[unknown, Error]>([
    [
      { areaRadius: -1 },
      new RangeError('expected areaRadius to be an integer from 0 to 100, got -1'),
    ],
    [
      { lengthRadius: 1.5 },
      new RangeError('expected lengthRadius to be an integer from 0 to 100, got 1.5'),
    ],
    [{ areaRadius: '2' }, new TypeError("expected areaRadius to be a number, got '2'")],
    [
      { radius: 2 },
      new RangeError(
        "unknown option 'radius' of calParts: did you mean 'areaRadius'? Known: within, ignore, empty, areaRadius, lengthRadius",
      ),
    ],
    [null, new TypeError('expected the options of calParts to be a plain object, got null')],
  ])('refuses the options %j', (options, error) => {
    expect(() => calParts([[1]], [[1]], options as CalOptions)).toThrow(error)
  })
})
