import fc from 'fast-check'
import { BitMask, byCaliber, type CaliberOptions, clDice, confusion, dice } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, faults } from '../oracle/compare.ts'
import { draw, grid } from '../oracle/grid.ts'
import { harmonicMean, packedPairs, ratio, resultDifference } from './centerline-pairs.ts'

const PAIRS = packedPairs()

describe('byCaliber', () => {
  it('equals the golden values', () => {
    const found = faults(PAIRS, ({ pred, truth, within, caliber: { bins, counts } }) => {
      for (const [i, [tp, fp, fn, predHits, predAll, truthHits, truthAll]] of counts.entries()) {
        const tprec = ratio(predHits, predAll)
        const tsens = ratio(truthHits, truthAll)
        const expected = {
          from: i === 0 ? 0 : bins[i - 1],
          to: bins[i] ?? Number.POSITIVE_INFINITY,
          centerline: truthAll,
          tp,
          fp,
          fn,
          dice: ratio(2 * tp, 2 * tp + fp + fn),
          iou: ratio(tp, tp + fp + fn),
          recall: ratio(tp, tp + fn),
          precision: ratio(tp, tp + fp),
          tprec,
          tsens,
          clDice: harmonicMean(tprec, tsens),
        }
        const agree = fp === 0 && fn === 0
        // A share that is undefined stands for 0 or 1 in the mean; 'throw' is for all strata.
        if (tprec === null || tsens === null) {
          const [stratum, strict] = [undefined, 'nan' as const].map(
            (empty) => byCaliber(pred, truth, { within, bins, empty })[i],
          )
          const stand = agree ? 1 : 0
          const mean = harmonicMean(tprec ?? stand, tsens ?? stand)
          if (stratum.clDice !== mean) return `${stratum.clDice} instead of ${mean}`
          if (!Number.isNaN(strict.clDice)) return `${strict.clDice} instead of NaN`
        }
        const run = (empty: CaliberOptions['empty']) => {
          if (empty !== 'throw') {
            const stratum = byCaliber(pred, truth, { within, bins, empty })[i]
            if (tprec === null || tsens === null)
              stratum.clDice = empty === 'nan' ? Number.NaN : agree ? 1 : 0
            return stratum
          }
          const isDefined = Object.values(expected).every((value) => value !== null)
          if (!isDefined) byCaliber(pred, truth, { within, bins, empty })
          return expected
        }
        const fault = resultDifference(run, expected as never, agree)
        if (fault !== '') return `stratum ${i}: ${fault}`
      }
      return counts.length === bins.length + 1 ? '' : 'another number of strata'
    })
    expect(found).toEqual([])
  })

  it('sorts every pixel into one stratum, so that counts add up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 45 }),
        fc.integer({ min: 0, max: 20 }),
        fc.infiniteStream(fc.nat({ max: 3 })),
        fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (width, height, values, edges, isCut) => {
          const random = () => grid(width, height, () => (values.next().value as number) > 0)
          const [pred, truth, field] = [random(), random(), random()].map(bits)
          const within = isCut ? field : undefined
          const bins = edges.sort((a, b) => a - b)
          const strata = byCaliber(pred, truth, { bins, within })
          const total = { tp: 0, fp: 0, fn: 0 }
          for (const { tp, fp, fn } of strata) {
            total.tp += tp
            total.fp += fp
            total.fn += fn
          }
          const { tn: _, ...all } = confusion(pred, truth, { within })
          expect(total).toEqual(all)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('has the boundaries of the default bins in the middle stratum', () => {
    // A band of an odd height h, background above and below, has half-width (h + 1) / 2.
    const strataOf = (halfWidth: number, bins?: number[]) => {
      const size = 2 * halfWidth - 1
      const band = bits(grid(60, size + 2, (_, y) => y > 0 && y <= size))
      const strata = byCaliber(band, band, { bins })
      return strata
        .map(({ centerline }) => centerline)
        .map((count, _, all) => Math.sign(count * Number(count === Math.max(...all))))
    }
    expect(strataOf(2)).toEqual([1, 0, 0])
    expect(strataOf(3)).toEqual([0, 1, 0])
    expect(strataOf(7)).toEqual([0, 1, 0])
    expect(strataOf(8)).toEqual([0, 0, 1])
    expect(strataOf(3, [3])).toEqual([0, 1])
    expect(strataOf(3, [2, 3, 4])).toEqual([0, 0, 1, 0])
    expect(strataOf(4, [2, 3, 4])).toEqual([0, 0, 1, 0])
  })

  it('shows what Dice hides: that the thin vessels are missed', () => {
    const isRing = (x: number, y: number) => Math.abs(Math.hypot(x - 60, y - 60) - 45) < 10
    const truth = grid(120, 120, (x, y) => isRing(x, y) || (y < 12 && (x === 4 || x === 115)))
    const pred = grid(120, 120, isRing)
    const [thin, , thick] = byCaliber(bits(pred), bits(truth))
    expect(dice(bits(pred), bits(truth))).toBeGreaterThan(0.98)
    expect(thin.recall).toBe(0)
    expect(thick.recall).toBe(1)
  })

  it('has everything in the first stratum without a true centreline', () => {
    const off = bits(draw('.... ....'))
    const line = bits(draw('#### ....'))
    const [first, second, third] = byCaliber(line, off)
    expect(first).toMatchObject({ tp: 0, fp: 4, fn: 0, dice: 0, recall: 0, clDice: 0 })
    expect(second).toMatchObject({ tp: 0, fp: 0, fn: 0, dice: 1, recall: 1, clDice: 1 })
    expect(third.dice).toBe(1)
    expect(byCaliber(off, off).map(({ clDice: value }) => value)).toEqual([1, 1, 1])
    expect(byCaliber(off, off, { empty: 'nan' })[0].tsens).toBeNaN()
    expect(() => byCaliber(line, line, { empty: 'throw' })).toThrow(RangeError)
  })

  it('puts a truth without background above all bins', () => {
    const full = BitMask.from([
      [1, 1],
      [1, 1],
    ])
    expect(byCaliber(full, full).map(({ tp }) => tp)).toEqual([0, 0, 4])
  })

  it('is the metric itself where there is one stratum in use', () => {
    for (const { pred, truth, within } of PAIRS.filter((_, i) => i % 10 === 0)) {
      const [all] = byCaliber(pred, truth, { within, bins: [1e6] })
      if (all.centerline === 0 || !Number.isFinite(all.clDice)) continue
      if (truth.count === truth.width * truth.height) continue
      expect(all.dice).toBe(dice(pred, truth, { within }))
      expect(all.clDice).toBe(clDice(pred, truth, { within }))
    }
  })

  it.each<[unknown, Error]>([
    [{ bins: 3 }, new TypeError('expected bins to be an array of half-widths, got 3')],
    [{ bins: [] }, new RangeError('expected 1 to 16 bins, got 0')],
    [{ bins: [3, 3] }, new RangeError('expected rising bins, got 3 after 3')],
    [{ bins: [Number.NaN] }, new RangeError('expected a bin to be a finite number ≥ 0, got NaN')],
    [{ bins: new Array(2) }, new TypeError('expected a bin to be a number, got undefined')],
    [{ bins: ['3'] }, new TypeError("expected a bin to be a number, got '3'")],
    [
      { edges: [3] },
      new RangeError(
        "unknown option 'edges' of byCaliber: did you mean 'empty'? Known: within, ignore, empty, bins, thinning",
      ),
    ],
  ])('refuses the options %j', (options, error) => {
    expect(() => byCaliber([[1]], [[1]], options as CaliberOptions)).toThrow(error)
  })
})
