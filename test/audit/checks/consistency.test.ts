import { BitMask, recall } from 'vessel-reward'
import { auditReward } from 'vessel-reward/audit'
import { describe, expect, it } from 'vitest'
import { type ScoreFunction, Subject } from '../../../src/audit/audited-reward.ts'
import { checkConsistency } from '../../../src/audit/checks/consistency.ts'

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

/** What is found of a reward that was asked about some masks, each of which is the truth. */
function found(score: ScoreFunction, mask: BitMask, count = 4, tolerance = 1e-6) {
  const subject = new Subject(score)
  const samples = Array.from({ length: count }, (_, i) => ({
    name: `mask ${i}`,
    mask,
    reward: score(mask, mask),
  }))
  const findings = checkConsistency(
    { subject, truths: [mask], tolerance } as never,
    { samples } as never,
  )
  return { findings, evaluations: subject.evaluations }
}

describe('views of an image', () => {
  // Seven columns and five rows; what is at (1, 0) is elsewhere in each view.
  const at = (pixels: [number, number][]) =>
    BitMask.from(
      Array.from({ length: 5 }, (_, y) =>
        Array.from({ length: 7 }, (_, x) => pixels.some(([px, py]) => px === x && py === y)),
      ),
    )
  const whole: [number, number][] = [
    [1, 0],
    [5, 0],
    [1, 4],
    [0, 1],
  ]

  it.each([
    ['mirrored', 1],
    ['upside down', 2],
    ['transposed', 3],
  ])('are told by name: %s', (view, missing) => {
    const mask = at(whole.filter((_, i) => i !== missing))
    const { findings, evaluations } = found((pred) => Number(pred.get(1, 0)), mask)
    expect(findings).toEqual([
      {
        severity: 'info',
        kind: 'asymmetric',
        message: `The reward depends on how the image lies: mask 0 is paid 1, and 0 if prediction and truth are ${view}.`,
        truth: 0,
      },
    ])
    // Each mask twice again, and three of them from three sides.
    expect(evaluations).toBe(4 * 2 + 3 * 3)
  })

  it('have all pixels, of the truth as well', () => {
    const mask = at([...whole, [6, 4], [0, 0], [6, 0], [0, 4], [3, 2]])
    expect(found((pred, truth) => 10 * pred.count + truth.count, mask).findings).toEqual([])
    expect(found((pred) => Math.min(pred.width, pred.height), mask).findings).toEqual([])
    expect(found((pred) => pred.width, mask).findings[0].message).toMatch(
      /paid 7, and 5 if prediction and truth are transposed\.$/,
    )
  })

  it('may differ by the tolerance, and the largest difference is told', () => {
    const score: ScoreFunction = (pred) =>
      Number(pred.get(5, 0)) + 3 * Number(pred.get(1, 4)) + 2 * Number(pred.get(0, 1))
    const [finding] = found(score, at([[1, 0]])).findings
    expect(finding.message).toMatch(/paid 0, and 3 if prediction and truth are upside down\.$/)
    expect(found(score, at([[1, 0]]), 4, 3).findings).toEqual([])
  })
})

describe('the same mask again', () => {
  const mask = BitMask.from([[1, 0]])

  it('is told with how often the reward was another one', () => {
    let calls = 0
    // The first four are before; then every second one differs.
    const { findings } = found(() => (++calls > 4 && calls % 2 === 0 ? 2 : 1), mask)
    expect(findings[0]).toEqual({
      severity: 'error',
      kind: 'order-dependent',
      message:
        'The same mask is paid differently at another time (4 of 8 repetitions): mask 3: first 1, once more 2.',
      truth: 0,
    })
  })

  it('may be paid no number, or zero with another sign', () => {
    let calls = 0
    expect(found(() => (++calls % 2 === 0 ? 0 : -0), mask).findings).toEqual([])
    expect(found(() => Number.NaN, mask).findings).toEqual([])
    calls = 0
    const { findings } = found(() => (++calls > 4 ? Number.NaN : 1), mask, 4, 1)
    expect(findings[0].message).toMatch(/8 of 8 repetitions\): mask 3: first 1, later NaN\.$/)
  })
})
