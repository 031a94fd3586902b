import { describe, expect, it } from 'vitest'
import { explainedVariance, ValueHead } from '../../src/ppo/value-head.ts'

/** Logits of a square that is foreground in its left part. */
const image = (share: number) =>
  Float32Array.from({ length: 64 }, (_, i) => (i % 8 < 8 * share ? 8 : -8))

describe('the value head', () => {
  it('learns returns that follow from its features, and so explains their variance', () => {
    const shares = [0, 0.25, 0.5, 0.75, 1]
    const features = shares.map((share) => ValueHead.features(image(share), 8))
    const returns = shares.map((share) => 3 - 2 * share)
    const head = new ValueHead()
    const values = () => features.map((one) => head.predict(one))
    expect(explainedVariance(values(), returns)).toBe(0)
    const by = { passes: 200, learningRate: 0.05 }
    const first = head.fit(features, returns, by)
    // Of a head that says 0: the mean of the squared returns.
    expect(first).toBeCloseTo((9 + 6.25 + 4 + 2.25 + 1) / 5, 5)
    expect(head.fit(features, returns, by)).toBeLessThan(0.01 * first)
    expect(explainedVariance(values(), returns)).toBeGreaterThan(0.99)
  })
})

describe('the explained variance', () => {
  it('is 1 for values that are right up to a constant, and negative for worse than a constant', () => {
    expect(explainedVariance([11, 12, 13], [1, 2, 3])).toBe(1)
    expect(explainedVariance([5, 5, 5], [1, 2, 3])).toBe(0)
    expect(explainedVariance([3, 2, 1], [1, 2, 3])).toBe(-3)
    expect(explainedVariance([1, 2, 3], [2, 2, 2])).toBeNaN()
  })
})
