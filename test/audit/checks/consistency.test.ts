import { type BitMask, recall } from 'vessel-reward'
import { auditReward } from 'vessel-reward/audit'
import { describe, expect, it } from 'vitest'

/** Not the same from any side. */
const truth = Array.from({ length: 40 }, (_, y) =>
  Array.from({ length: 48 }, (_, x) =>
    Number(Math.abs(y - 12) < 2 || (x === 9 && y > 12) || (x === y && x > 20)),
  ),
)
const kindsOf = async (score: (pred: BitMask, truth: BitMask) => number) => {
  const { report } = await auditReward(score, [truth], { budget: 300, seed: 1 })
  return report.findings.map(({ kind }) => kind)
}

describe('a reward is asked about the same mask again', () => {
  it('and passes if it pays the same from each side, whichever mask is which', async () => {
    const kinds = await kindsOf((pred, mask) => recall(pred, mask))
    expect(kinds).not.toContain('asymmetric')
    expect(kinds).not.toContain('order-dependent')
  })

  it('and is told that it looks at places', async () => {
    const kinds = await kindsOf((pred, mask) => recall(pred, mask) + 0.01 * Number(pred.get(3, 11)))
    expect(kinds).toContain('asymmetric')
  })

  it('and is told that it pays differently at another time', async () => {
    let calls = 0
    const kinds = await kindsOf((pred, mask) => recall(pred, mask) + ++calls / 1e4)
    expect(kinds).toContain('order-dependent')
  })
})
