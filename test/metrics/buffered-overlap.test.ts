import { type BufferedOptions, bufferedOverlap, skeletonize } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, faults } from '../oracle/compare.ts'
import { draw } from '../oracle/grid.ts'
import { packedPairs, ratio, resultDifference } from './centerline-pairs.ts'

const PAIRS = packedPairs()

/** The three scores of matched and whole lengths. */
function scores(predMatched: number, pred: number, truthMatched: number, truth: number) {
  return {
    completeness: ratio(truthMatched, truth),
    correctness: ratio(predMatched, pred),
    quality: ratio(predMatched, pred + (truth - truthMatched)),
  }
}

describe('bufferedOverlap', () => {
  it('equals the golden values, in pixels', () => {
    const found = faults(PAIRS, ({ pred, truth, within, agree, buffered }) => {
      const { tolerance, pixels } = buffered
      const run = (empty: BufferedOptions['empty']) =>
        bufferedOverlap(pred, truth, { within, buffer: tolerance, empty })
      return resultDifference(run, scores(...pixels), agree)
    })
    expect(found).toEqual([])
  })

  it('equals the golden values, in chain length', () => {
    const withLinks = PAIRS.filter(({ buffered }) => buffered.links !== undefined)
    expect(withLinks.length).toBeGreaterThan(300)
    const found = faults(withLinks, ({ pred, truth, within, agree, buffered }) => {
      const { tolerance, links = [] } = buffered
      const lengths = [0, 2, 4, 6].map((i) => (links[i] + Math.SQRT2 * links[i + 1]) / 2)
      const [predMatched, predAll, truthMatched, truthAll] = lengths
      const run = (empty: BufferedOptions['empty']) =>
        bufferedOverlap(pred, truth, { within, buffer: tolerance, length: 'chain', empty })
      return resultDifference(run, scores(predMatched, predAll, truthMatched, truthAll), agree)
    })
    expect(found).toEqual([])
  })

  it('matches at a distance of exactly the tolerance', () => {
    const truth = bits(draw('##### ..... ..... .....'))
    const pred = bits(draw('..... ..... ..... #####'))
    expect(bufferedOverlap(pred, truth, { buffer: 3 }).quality).toBe(1)
    expect(bufferedOverlap(pred, truth, { buffer: 2.999 }).quality).toBe(0)
    expect(bufferedOverlap(pred, truth).quality).toBe(0)
    const near = bits(draw('..... ..... ##### .....'))
    expect(bufferedOverlap(near, truth).quality).toBe(1)
    const corner = bits(draw('#.. ... ..#'))
    const dot = bits(draw('#.. ... ...'))
    expect(bufferedOverlap(corner, dot, { buffer: Math.hypot(2, 2) }).correctness).toBe(1)
    expect(bufferedOverlap(corner, dot, { buffer: 2.8 }).correctness).toBe(0.5)
  })

  it('scores a thick vessel by its centreline', () => {
    const thick = bits(draw('....... ####### ####### ####### ####### ####### .......'))
    const line = skeletonize(thick)
    expect(bufferedOverlap(thick, line, { buffer: 0 })).toEqual({
      completeness: 1,
      correctness: 1,
      quality: 1,
    })
  })

  it('swaps completeness and correctness with the masks', () => {
    const found = faults(PAIRS, ({ pred, truth, within }) => {
      const one = bufferedOverlap(pred, truth, { within })
      const other = bufferedOverlap(truth, pred, { within })
      return one.completeness === other.correctness && one.correctness === other.completeness
        ? ''
        : `${JSON.stringify(one)} and ${JSON.stringify(other)}`
    })
    expect(found).toEqual([])
  })

  it('never falls as the tolerance rises', () => {
    for (const { pred, truth, within } of PAIRS.filter((_, i) => i % 20 === 0)) {
      let last = { completeness: 0, correctness: 0, quality: 0 }
      for (const tolerance of [0, 1, 1.5, 2, 3, 5, 8]) {
        const next = bufferedOverlap(pred, truth, { within, buffer: tolerance })
        expect(next.completeness).toBeGreaterThanOrEqual(last.completeness)
        expect(next.correctness).toBeGreaterThanOrEqual(last.correctness)
        expect(next.quality).toBeGreaterThanOrEqual(last.quality)
        last = next
      }
    }
  })

  it('takes masks without pixels', () => {
    const perfect = { completeness: 1, correctness: 1, quality: 1 }
    expect(bufferedOverlap([], [])).toEqual(perfect)
    expect(bufferedOverlap([[], []], [[], []], { length: 'chain' })).toEqual(perfect)
  })

  it.each<[unknown, Error]>([
    [{ buffer: -1 }, new RangeError('expected buffer to be a finite number ≥ 0 and ≤ 100, got -1')],
    [{ buffer: '2' }, new TypeError("expected buffer to be a number, got '2'")],
    [
      { length: 'metres' },
      new RangeError("expected length to be 'chain' or 'pixels', got 'metres'"),
    ],
    [
      { thinning: 'lee' },
      new RangeError("expected thinning to be 'skimage' or 'zhang-suen' or 'guo-hall', got 'lee'"),
    ],
    [
      { tolerance: 2 },
      new RangeError(
        "unknown option 'tolerance' of bufferedOverlap: did you mean 'ignore'? Known: within, ignore, empty, buffer, thinning, length",
      ),
    ],
  ])('refuses the options %j', (options, error) => {
    expect(() => bufferedOverlap([[1]], [[1]], options as BufferedOptions)).toThrow(error)
  })
})
