import {
  type BitMask,
  clDice,
  dice,
  MultiObjectiveReward,
  type RewardTerm,
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

it("another image's truth is tried only where there is one", async () => {
  const names = async (truths: BitMask[]) =>
    (await auditReward(dice, truths, { budget: 500 })).report.exploits.map(({ name }) => name)
  expect(await names([TREES[0]])).not.toContain('another truth')
  expect(await names(TREES)).toContain('another truth')
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

  it('keeps to the budget and counts every evaluation', async () => {
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
  })
})
