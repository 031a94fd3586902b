import { describe, expect, it } from 'vitest'
import { differentialFindings, ladderFindings } from '../../../src/audit/checks/findings.ts'
import type { LadderResult } from '../../../src/audit/report.ts'

const points = [
  { name: 'thick', truth: 1, reward: 5, reference: 1.25 },
  { name: 'honest', truth: 1, reward: 4, reference: 4.5 },
]
const found = (kendall: number, worst = [{ better: 0, worse: 1 }]) =>
  differentialFindings({ reference: 'strict', kendall, points, worst })

describe('a reward that orders masks otherwise', () => {
  it.each([
    [-0.01, 'error'],
    [0, 'warning'],
    [0.49, 'warning'],
    [0.5, 'info'],
    [0.69, 'info'],
  ])("is told with Kendall's τ of %f as %s", (kendall, severity) => {
    const [finding, ...others] = found(kendall)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ severity, kind: 'disagreement', truth: 1 })
    expect(finding.message).toMatch(
      /prefers thick \(reference 1\.25\) to honest \(reference 4\.5\)\.$/,
    )
  })

  it('is none from .7 on, or where nothing can be ordered', () => {
    expect(found(0.7)).toEqual([])
    expect(found(Number.NaN)).toEqual([])
  })

  it('has no example where no pair is beyond the tolerance', () => {
    const [finding] = found(0.6, [])
    expect(finding.truth).toBeUndefined()
    expect(finding.message).toMatch(/Kendall's τ is 0\.6\.$/)
  })
})

/** A ladder of one truth with these rewards; more of it is paid more where they rise. */
function ladder(rewards: number[], lastDice = 0.5): LadderResult {
  const steps = rewards.map((mean, i) => ({
    label: `step ${i}`,
    mean,
    rewards: [mean],
    dice: i === rewards.length - 1 ? lastDice : 1,
  }))
  const inversions = rewards.flatMap((mean, step) =>
    step > 0 && mean > rewards[step - 1] + 0.1 ? [{ step, truth: 0 }] : [],
  )
  return { name: 'speckle', description: 'noise', unit: '%', steps, inversions } as never
}

describe('findings of a ladder', () => {
  const of = (rewards: number[], lastDice?: number) =>
    ladderFindings([ladder(rewards, lastDice)], [{} as never], 0.1).map(
      ({ kind, severity }) => `${kind} ${severity}`,
    )

  it('are errors where the whole ladder rises, and warnings where one step does', () => {
    expect(of([6, 5, 6.3])).toEqual(['inversion error'])
    expect(of([6, 5, 6])).toEqual(['inversion warning'])
    expect(of([6, 5, 5.5])).toEqual(['inversion warning'])
    expect(of([6, 5, 4])).toEqual([])
  })

  it('tell what is hardly noticed, where it spoils the mask', () => {
    expect(of([6, 6, 5.95])).toEqual(['blind info'])
    expect(of([6, 6, 5.95], 1)).toEqual([])
    expect(of([6, 6, 5.8])).toEqual([])
  })

  it('name the step, the truth and the change', () => {
    const [{ message, subject, truth }] = ladderFindings([ladder([6, 5, 5.5])], [{} as never], 0.1)
    expect(message).toMatch(
      /^More speckle \(noise\) is paid more .*most from step 1 to step 2 \(%\) on truth 0: /,
    )
    expect([subject, truth]).toEqual(['speckle', 0])
  })
})
