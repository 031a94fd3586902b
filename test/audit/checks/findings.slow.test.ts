import {
  type BitMask,
  clDice,
  dice,
  MultiObjectiveReward,
  skeletonize,
  skeletonLength,
} from 'vessel-reward'
import {
  type AuditReport,
  type AuditSubject,
  applyExploit,
  auditReward,
  auditTable,
  type FindingKind,
} from 'vessel-reward/audit'
import { describe, expect, it } from 'vitest'
import { vesselMask } from '../../../examples/procedural-vessels.ts'

const tree = (seed: number, size = 160) => vesselMask({ width: size, height: size, seed })
const TREES = [1, 2].map((seed) => tree(seed))

const kinds = ({ findings }: AuditReport) => findings.map(({ kind }) => kind)
const of = ({ findings }: AuditReport, kind: FindingKind) =>
  findings.filter((finding) => finding.kind === kind)

const audit = async (reward: AuditSubject, options = {}) =>
  (await auditReward(reward, TREES, { budget: 400, ...options })).report

describe('what an audit must find', () => {
  it('the all-ones exploit of the literal formula', async () => {
    const truth = vesselMask({ width: 512, height: 512, seed: 3 })
    const literal = new MultiObjectiveReward({ bounded: false })
    const { report, masks } = await auditReward(literal, [truth], { budget: 300 })
    const full = report.exploits.findIndex(({ name }) => name === 'full')
    expect(report.exploits[full]).toMatchObject({ recipe: ['full'], isExploit: true, truth: 0 })
    expect(masks[full].count).toBe(512 * 512)
    expect(report.exploits[full].reward).toBe(literal.score(masks[full], truth))
    expect(of(report, 'exploit').some(({ subject }) => subject === 'full')).toBe(true)
    expect(of(report, 'unbounded').map(({ subject }) => subject)).toEqual([
      'total',
      'topology',
      'length',
    ])
    expect(report.worst).toBe('error')
  })

  it('a NaN on empty masks', async () => {
    const careless = (pred: BitMask, truth: BitMask) =>
      (2 * pred.and(truth).count) / (pred.count + truth.count)
    const report = await audit(careless)
    expect(of(report, 'not-finite')).toMatchObject([{ severity: 'error' }])
    expect(of(report, 'not-finite')[0].message).toContain('NaN for the pitfall “empty truth”')
    expect(of(report, 'pitfall').map(({ subject }) => subject)).toEqual([
      'empty truth',
      'smallest masks',
    ])
  })

  it('a reward that remembers', async () => {
    let calls = 0
    const report = await audit((pred, truth) => dice(pred, truth) - 1e-4 * calls++)
    expect(of(report, 'order-dependent')).toMatchObject([{ severity: 'error' }])
  })

  it('a reward that keeps results by object', async () => {
    const known = new Map<BitMask, number>()
    const report = await audit((pred, truth) => {
      const value = known.get(pred) ?? dice(pred, truth) - 0.001 * (known.size % 3)
      known.set(pred, value)
      return value
    })
    expect(of(report, 'order-dependent').length).toBe(1)
  })

  it('a reward that depends on how the image lies', async () => {
    const left = (mask: BitMask) => applyExploit(mask, ['part 0.5'])
    const report = await audit((pred, truth) => dice(left(pred), left(truth)))
    expect(of(report, 'asymmetric')).toMatchObject([{ severity: 'info' }])
  })

  it('the skeleton exploit of a reward without overlap', async () => {
    const lengthAndNetwork = (pred: BitMask, truth: BitMask) => {
      const [a, b] = [pred, truth].map((mask) => skeletonLength(skeletonize(mask)))
      return clDice(pred, truth) - Math.abs(1 - a / b)
    }
    const truths = [4, 5].map((seed) => tree(seed, 400))
    for (const reward of [clDice, lengthAndNetwork]) {
      const { report } = await auditReward(reward, truths, { budget: 400 })
      const skeleton = report.exploits.find(({ name }) => name === 'skeleton only')
      expect(skeleton).toMatchObject({ isExploit: true, truthsGamed: 2 })
      expect(skeleton?.dice).toBeLessThan(0.7)
      expect(
        of(report, 'exploit').find(({ subject }) => subject === 'skeleton only'),
      ).toMatchObject({
        severity: 'error',
      })
    }
  })
})

describe('a sane reward is not accused', () => {
  it('Dice', async () => {
    const report = await audit(dice)
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(kinds(report).filter((kind) => kind !== 'exploit' && kind !== 'blind')).toEqual([])
    // What it is blind to it is told: overlap does not see what breaks the network.
    for (const { dice: overlap, isExploit } of report.exploits) {
      if (isExploit) expect(overlap).toBeGreaterThan(0.7)
    }
    expect(report.pitfalls.filter(({ isPassed }) => !isPassed)).toEqual([])
    expect(report.terms).toMatchObject([{ name: 'total', problems: [] }])
  })

  it('the product of Dice and clDice', async () => {
    const report = await audit((pred, truth) => dice(pred, truth) * clDice(pred, truth))
    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([])
    expect(report.differential.kendall).toBeGreaterThan(0.8)
  })
})

describe('a reward with a bug', () => {
  it('that draws into its masks spoils neither the audit nor the masks of its caller', async () => {
    const before = TREES.map((mask) => mask.words.slice())
    const clean = (await audit(dice)).ladders
    for (const spoil of [0, 1]) {
      const report = await audit((pred, truth) => {
        const value = dice(pred, truth)
        ;[pred, truth][spoil].words.fill(0)
        return value
      })
      expect(of(report, 'changes-masks')).toMatchObject([{ severity: 'error' }])
      expect(report.ladders).toEqual(clean)
      expect(of(report, 'order-dependent')).toEqual([])
    }
    expect(TREES.map((mask) => mask.words)).toEqual(before)
    expect((await audit(dice)).pitfalls.filter(({ isPassed }) => !isPassed)).toEqual([])
  })

  it('that rejects is told not to be async, and one finding says all', async () => {
    const rejects = async () => {
      throw new Error('no')
    }
    const report = await audit(rejects as never)
    expect(report.findings).toMatchObject([{ kind: 'not-a-number', severity: 'error' }])
    expect(report.findings[0].message).toContain('must not be async')
  })

  it('that does not look at the prediction has an error', async () => {
    const report = await audit((_, truth) => truth.count)
    expect(of(report, 'constant')).toMatchObject([{ severity: 'error', subject: 'total' }])
  })

  it('that returns a negative zero is not said to be order-dependent', async () => {
    let calls = 0
    const report = await audit((p, t) => dice(p, t) - 1 || (calls++ % 2 === 0 ? 0 : -0))
    expect(kinds(report)).not.toContain('order-dependent')
  })

  it('that is infinite is not said to rise by Infinity', async () => {
    for (const reward of [
      (p: BitMask, t: BitMask) => -Math.log(dice(p, t)),
      (p: BitMask, t: BitMask) => p.and(t).count / (p.count - p.and(t).count),
      (p: BitMask, t: BitMask) => (dice(p, t) < 0.9 ? Number.POSITIVE_INFINITY : dice(p, t)),
    ]) {
      const report = await audit(reward)
      for (const { message } of report.findings)
        expect(message).not.toMatch(/by Infinity|Infinity more/)
    }
  })
})

it('a small reward is audited like a large one', async () => {
  const flaws = async (scale: number) =>
    new Set(kinds(await audit((p, t) => scale * (1 - dice(p, t)))))
  expect(await flaws(1e-5)).toEqual(await flaws(1))
  expect((await audit((p, t) => 1e-5 * dice(p, t))).tolerance).toBeLessThan(1e-6)
  expect((await audit(dice)).tolerance).toBe(0.01)
})

describe('a hostile reward', () => {
  const HOSTILE: [string, AuditSubject, FindingKind][] = [
    [
      'throws',
      () => {
        throw new Error('no')
      },
      'throws',
    ],
    [
      'throws no error',
      () => {
        throw undefined
      },
      'throws',
    ],
    ['returns NaN', () => Number.NaN, 'not-finite'],
    ['returns Infinity', () => Number.POSITIVE_INFINITY, 'not-finite'],
    ['returns a string', (() => '1') as never, 'not-a-number'],
    ['returns nothing', (() => undefined) as never, 'not-a-number'],
    ['returns a promise', (async () => 1) as never, 'not-a-number'],
    ['explains with nonsense', { score: dice, explain: () => null as never }, 'inconsistent'],
    [
      'has a range that throws',
      {
        score: () => Number.NaN,
        get range(): never {
          throw new Error('no')
        },
      },
      'not-finite',
    ],
    [
      'is huge now and then',
      (p, t) => (p.count % 3 === 0 ? Number.MAX_VALUE : -dice(p, t) * Number.MAX_VALUE),
      'exploit',
    ],
  ]
  it.each(HOSTILE)('that %s is reported', async (_, reward, kind) => {
    const { report, masks } = await auditReward(reward, [TREES[0]], { budget: 300 })
    expect(kinds(report)).toContain(kind)
    expect(report.worst).toBe('error')
    expect(masks.length).toBe(report.exploits.length)
    expect(auditTable(report)).toContain('error: ')
    expect(() => JSON.stringify(report)).not.toThrow()
  })
})

it("another image's truth is tried only where there is one", async () => {
  const names = async (truths: BitMask[]) =>
    (await auditReward(dice, truths, { budget: 500 })).report.exploits.map(({ name }) => name)
  expect(await names([TREES[0]])).not.toContain('another truth')
  expect(await names(TREES)).toContain('another truth')
})

it('the report keeps to the budget and counts every evaluation', async () => {
  for (const budget of [300, 500]) {
    let calls = 0
    const score = (pred: BitMask, truth: BitMask) => {
      calls++
      return dice(pred, truth)
    }
    const report = await audit(score, { budget })
    expect(calls).toBe(report.evaluations)
    expect(calls).toBeLessThanOrEqual(budget)
    expect(calls).toBeGreaterThan(0.7 * budget)
    const explain = (pred: BitMask, truth: BitMask) => ({ total: score(pred, truth), terms: {} })
    calls = 0
    expect((await audit({ score, explain }, { budget })).evaluations).toBe(calls)
    expect(calls).toBeLessThanOrEqual(budget)
  }
})
