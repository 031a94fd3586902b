import { type BitMask, clDice, dice, MultiObjectiveReward, type RewardTerm } from 'vessel-reward'
import {
  type AuditReport,
  type AuditSubject,
  applyExploit,
  auditReward,
  auditTable,
  type FindingKind,
} from 'vessel-reward/audit'
import { describe, expect, it } from 'vitest'
import { vesselMask } from '../../examples/procedural-vessels.ts'

const tree = (seed: number, size = 160) => vesselMask({ width: size, height: size, seed })
const TREES = [1, 2].map((seed) => tree(seed))

const kinds = ({ findings }: AuditReport) => findings.map(({ kind }) => kind)
const of = ({ findings }: AuditReport, kind: FindingKind) =>
  findings.filter((finding) => finding.kind === kind)

const audit = async (reward: AuditSubject, options = {}) =>
  (await auditReward(reward, TREES, { budget: 400, ...options })).report

/** The terms of a reward that is nothing but one term. */
const only = (term: RewardTerm) =>
  new MultiObjectiveReward({
    weights: { dice: 0, recall: 0, topology: 0, length: 0 },
    terms: { own: term },
  })

describe('what an audit must find', () => {
  it('a term with the wrong sign', async () => {
    const reward = new MultiObjectiveReward({
      terms: {
        clDice: {
          weight: -0.1,
          range: [0, 1],
          value: ({ pred, truth }) => clDice(pred.mask, truth.mask),
        },
      },
    })
    const report = await audit(reward)
    expect(of(report, 'wrong-sign')).toMatchObject([{ severity: 'error', subject: 'clDice' }])
    const directions = Object.fromEntries(report.terms.map((term) => [term.name, term.direction]))
    expect(directions.clDice).toBeLessThan(-0.9)
    expect(directions.dice).toBeGreaterThan(0.9)
  })

  it('a reward that rises with damage', async () => {
    const report = await audit((pred, truth) => 1 - dice(pred, truth))
    expect(kinds(report)).toEqual(expect.arrayContaining(['not-best', 'inversion', 'wrong-sign']))
    expect(report.differential.kendall).toBeLessThan(-0.5)
    expect(of(report, 'disagreement')).toMatchObject([{ severity: 'error' }])
    const rising = report.ladders.filter(({ inversions }) => inversions.length > 0)
    expect(rising.length).toBeGreaterThan(7)
    for (const { slope, inversions } of rising) {
      expect(slope).toBeGreaterThan(0)
      expect(inversions[0].rise).toBeGreaterThanOrEqual(inversions[inversions.length - 1].rise)
    }
  })

  it('a term that says nothing', async () => {
    const report = await audit(only({ weight: 1, range: [0, 1], value: () => 0.5 }))
    expect(of(report, 'constant').map(({ subject }) => subject)).toEqual(['total', 'own'])
  })

  it('ranges that are not kept, and totals that are not the score', async () => {
    const terms = { own: { value: 2, weight: 1, weighted: 2 } }
    const report = await audit(
      { range: { min: 0, max: 0.5 }, score: dice, explain: () => ({ total: 2, terms }) },
      { termRanges: { own: [0, 1] } },
    )
    expect(of(report, 'out-of-range').map(({ subject }) => subject)).toEqual([undefined, 'own'])
    expect(of(report, 'inconsistent').length).toBe(1)
    expect(report.range).toEqual({ min: 0, max: 0.5 })
  })
})

it('truths without a foreground pixel test nothing', async () => {
  const empty = { data: new Uint8Array(64 * 64), width: 64, height: 64 }
  const all = await auditReward(dice, [empty], { budget: 300 })
  expect(of(all.report, 'coverage')).toMatchObject([{ severity: 'error', truth: 0 }])
  const some = await auditReward(dice, [TREES[0], empty], { budget: 500 })
  expect(of(some.report, 'coverage')[0]).toMatchObject({ severity: 'warning', truth: 1 })
})

it('terms tell their ranges, and those of weight 0 stay out of the table', async () => {
  const report = await audit(new MultiObjectiveReward())
  const { declared } = report.terms.find(({ name }) => name === 'recall') ?? {}
  expect(declared).toEqual({ min: -17, max: 0 })
  const text = auditTable(report)
  expect(text).toMatch(/^recall +0\.2 +-17 to 0 /m)
  expect(text).toContain('\nof weight 0: precision\n')
  expect(text).not.toMatch(/^precision /m)
})

describe('the report', () => {
  it('is the same for the same seed, and another for another', async () => {
    const reward = new MultiObjectiveReward()
    const [a, b, other] = await Promise.all(
      [5, 5, 6].map((seed) => auditReward(reward, TREES, { budget: 400, seed })),
    )
    expect(a.report).toStrictEqual(b.report)
    expect(a.masks.map((mask, i) => mask.equals(b.masks[i]))).not.toContain(false)
    expect(other.report.ladders).not.toEqual(a.report.ladders)
  })

  it('has exploits that can be made again from their recipes', async () => {
    const { report, masks } = await auditReward(clDice, TREES, { budget: 500, seed: 8 })
    for (const [i, { recipe, truth, reward }] of report.exploits.entries()) {
      const other = TREES[1 - truth]
      const again = applyExploit(TREES[truth], recipe, { seed: 8, other })
      expect(again.equals(masks[i])).toBe(true)
      expect(clDice(again, TREES[truth])).toBe(reward)
    }
  })

  it('compares with good masks that are given', async () => {
    const good = [undefined, applyExploit(TREES[1], ['full'])]
    const report = await audit(dice, { good })
    expect(report.honest[1].name).toBe('the good mask given')
    expect(report.exploits.some(({ truth, isExploit }) => truth === 1 && isExploit)).toBe(true)
  })

  it('compares with another reference', async () => {
    const report = await audit(dice, {
      reference: { score: (p: BitMask, t: BitMask) => -dice(p, t) },
    })
    expect(report.differential.kendall).toBe(-1)
    const { points, worst } = report.differential
    for (const { better, worse } of worst) {
      expect(points[better].truth).toBe(points[worse].truth)
      expect(points[better].reward).toBeGreaterThan(points[worse].reward)
      expect(points[better].reference).toBeLessThan(points[worse].reference)
    }
  })

  it('is a table', async () => {
    const report = await audit(clDice)
    const text = auditTable(report)
    for (const { message } of report.findings) expect(text).toContain(message)
    for (const { name } of [...report.ladders, ...report.exploits, ...report.pitfalls]) {
      expect(text).toContain(name)
    }
    expect(text).not.toMatch(/ \n/)
  })
})

describe('an audit', () => {
  it('takes truths of several sizes, and empty and full ones', async () => {
    const empty = { data: new Uint8Array(48 * 30), width: 48, height: 30 }
    const truths = [empty, [[1]], { ...empty, data: empty.data.map(() => 1) }, TREES[0]]
    const { report } = await auditReward(dice, truths, { budget: 900 })
    expect(report.perfect).toEqual([1, 1, 1, 1])
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  it('tells how far it is', async () => {
    const phases: string[] = []
    await audit(dice, {
      onProgress: ({ phase, done, total }: { phase: string; done: number; total: number }) => {
        expect(done).toBeLessThanOrEqual(total)
        if (phases[phases.length - 1] !== phase) phases.push(phase)
      },
    })
    expect(phases).toEqual(['ladders', 'checks', 'pitfalls', 'known exploits', 'search'])
  })

  it('stops when it is told to', async () => {
    const controller = new AbortController()
    const options = {
      signal: controller.signal,
      onProgress: ({ phase }: { phase: string }) => {
        if (phase === 'search') controller.abort(new Error('enough'))
      },
    }
    await expect(audit(dice, options)).rejects.toThrow('enough')
    await expect(audit(dice, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow(
      'before',
    )
  })

  it('rejects what it cannot use', async () => {
    const rejects = (reward: unknown, truths: unknown, options: unknown, message: string) =>
      expect(auditReward(reward as never, truths as never, options as never)).rejects.toThrow(
        message,
      )
    await rejects(
      1,
      TREES,
      {},
      'expected a reward to be a function or an object with a method score',
    )
    await rejects(dice, [], {}, 'expected at least one truth, got none')
    await rejects(dice, TREES[0], {}, 'expected an array of truths')
    await rejects(dice, [[[]]], {}, 'expected truths with pixels, truth 0 has none')
    await rejects(dice, TREES, { budget: 10 }, 'expected budget to be an integer from 300')
    await rejects(dice, TREES, { buget: 500 }, "unknown option 'buget'")
    await rejects(dice, TREES, { tolerance: -1 }, 'expected tolerance')
    await rejects(
      dice,
      TREES,
      { good: [TREES[0]] },
      'expected one good mask (or undefined) per truth',
    )
    await rejects(dice, TREES, { good: [[[1]], [[1]]] }, 'a good mask and its truth of equal size')
    await rejects(dice, TREES, { reference: 3 }, 'expected reference to be a function')
    await rejects(dice, TREES, { termRanges: { a: [2, 1] } }, 'expected the range')
    expect(() => applyExploit([[1]], ['melt'])).toThrow('expected an operation')
    expect(() => applyExploit([[1]], ['dilate 99'])).toThrow('expected the amount of dilate')
    expect(() => applyExploit([[1]], 'full' as never)).toThrow('expected a recipe')
    expect(() => applyExploit([[1]], new Array(2))).toThrow(
      'operation to be a string, got undefined',
    )
  })
})
