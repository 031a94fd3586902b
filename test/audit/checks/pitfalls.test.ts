import { createHash } from 'node:crypto'
import {
  accuracy,
  type BitMask,
  bettiNumbers,
  countJunctions,
  dice,
  hausdorff,
  recall,
  skeletonize,
} from 'vessel-reward'
import { applyExploit, PITFALLS, strictReference } from 'vessel-reward/audit'
import { describe, expect, it } from 'vitest'
import { PITFALL_MASKS as M } from '../../../src/audit/checks/pitfall-masks.ts'

type Score = (pred: BitMask, truth: BitMask) => number

const thick = (mask: BitMask) => applyExploit(mask, ['thick 1'])

/** Scores that people use, or might, and the pitfall that each falls into. */
const FALLS: Record<string, Score> = {
  'the truth is best': (pred, truth) => pred.count / truth.count,
  'empty prediction': (pred, truth) => 1 - pred.and(truth).count / pred.count,
  'empty truth': (pred, truth) => (truth.count === 0 ? 1 : dice(pred, truth)),
  'nothing in common': (pred, truth) =>
    pred.and(truth).count === 0 ? Number.NaN : dice(pred, truth),
  'smallest masks': (pred, truth) => (2 * pred.and(truth).count) / (pred.count + truth.count),
  'vessel without branches': (pred, truth) =>
    Math.min(countJunctions(skeletonize(pred)) / countJunctions(skeletonize(truth)), 1) || 0,
  'over-segmentation': recall,
  'under-segmentation': (pred, truth) => (pred.and(truth).equals(pred) ? 1 : 0),
  'small structures': (pred, truth) => dice(thick(pred), thick(truth)),
  'broken vessel': (pred, truth) => bettiNumbers(pred).b0 + dice(pred, truth),
  'false connection': (pred, truth) => bettiNumbers(pred).b1 + dice(pred, truth),
  'false components': (pred, truth) => bettiNumbers(pred).b0 + dice(pred, truth),
  outlier: (pred, truth) => -hausdorff(pred, truth),
  'place matters': (pred, truth) => -Math.abs(pred.count - truth.count),
  'uncertain annotation': (pred, truth) =>
    pred.equals(truth) ? 1 : pred.and(truth).equals(pred) ? 0.5 : 0,
  'much background': accuracy,
}

describe('the pitfalls', () => {
  it.each(PITFALLS.map((pitfall) => [pitfall.name, pitfall] as const))(
    '%s: Dice and the strict reference pass, another score falls',
    (name, { check }) => {
      expect(check(dice)).toMatchObject({ isPassed: true })
      expect(check(strictReference)).toMatchObject({ isPassed: true })
      expect(check(FALLS[name])).toMatchObject({ isPassed: false })
      expect(check(() => Number.NaN).isPassed).toBe(false)
    },
  )

  it('compare masks of as many pixels', () => {
    expect(M.borderLostAsTwig.count).toBe(M.withoutTwig.count)
    expect(M.borderLostAsGap.count).toBe(M.withGap.count)
    expect(M.borderAddedAsBridge.count).toBe(M.withBridge.count)
    expect(M.borderAddedAsSpecks.count).toBe(M.withSpecks.count)
    for (const lost of [M.borderLostAsTwig, M.borderLostAsGap, M.withGap, M.withoutTwig]) {
      expect(lost.and(M.tree).equals(lost)).toBe(true)
    }
  })

  it('are these masks, pixel by pixel', () => {
    const all = createHash('sha256')
    for (const [name, { width, height, words }] of Object.entries(M)) {
      all.update(`${name} ${width} ${height} ${words.join(' ')}\n`)
    }
    // Where it changes as meant, look at the masks before the new digest is put in.
    expect(all.digest('hex').slice(0, 16)).toBe('ac47b21914373fae')
  })

  it('have the topology that they speak of', () => {
    expect(bettiNumbers(M.tree)).toEqual({ b0: 1, b1: 0 })
    expect(bettiNumbers(M.withoutTwig)).toEqual({ b0: 1, b1: 0 })
    expect(bettiNumbers(M.withGap)).toEqual({ b0: 2, b1: 0 })
    expect(bettiNumbers(M.withBridge)).toEqual({ b0: 1, b1: 1 })
    expect(bettiNumbers(M.withSpecks).b0).toBeGreaterThan(10)
    for (const same of [M.borderLostAsTwig, M.borderLostAsGap, M.borderAddedAsBridge]) {
      expect(bettiNumbers(same)).toEqual({ b0: 1, b1: 0 })
    }
    expect(bettiNumbers(M.borderAddedAsSpecks)).toEqual({ b0: 1, b1: 0 })
    expect(M.elsewhere.and(M.tree).count).toBe(0)
  })
})
