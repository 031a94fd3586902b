import { createHash } from 'node:crypto'
import { clDice, dice } from 'vessel-reward'
import {
  type AuditProgress,
  type AuditResult,
  auditPage,
  auditReward,
  auditTable,
  type ScoreObject,
} from 'vessel-reward/audit'
import { beforeAll, describe, expect, test } from 'vitest'
import { vesselMask } from '../../examples/procedural-vessels.ts'
import { MADE_UP } from './made-up-report.ts'

/** A digest that changes with any letter. */
const digest = (text: string | Uint8Array) =>
  createHash('sha256').update(text).digest('hex').slice(0, 16)

/** JSON in which the last digits, which another engine may round otherwise, are left out. */
const rounded = (value: unknown) =>
  JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toPrecision(9)) : one))

const TREES = [1, 2].map((seed) => vesselMask({ width: 128, height: 112, seed }))

/** Pays for size, so that it can be gamed, and says what it consists of. */
const REWARD: Required<ScoreObject> = {
  range: { min: 0, max: 10 },
  score: (pred, truth) => REWARD.explain(pred, truth).total,
  explain(pred, truth) {
    const term = (value: number, weight: number) =>
      ({ value, weight, weighted: weight * value, range: [0, 1] }) as const
    const terms = {
      dice: term(dice(pred, truth), 1),
      clDice: term(clDice(pred, truth), 1),
      size: term(Math.min(1, pred.count / Math.max(1, truth.count)), 8),
    }
    return { total: terms.dice.weighted + terms.clDice.weighted + terms.size.weighted, terms }
  },
}

// An audit is deterministic, so that whatever it computes otherwise shows here. Where a change is
// meant, look at both reports before the new digests are put in.
describe('the audit of a reward that pays for size is, to the letter, as it was:', () => {
  let result: AuditResult
  beforeAll(async () => {
    result = await auditReward(REWARD, TREES, { budget: 900, seed: 3 })
  })

  test.each<[keyof AuditResult['report'], string]>([
    ['ladders', 'ad76bf155ce90c8d'],
    ['exploits', 'eefbf6f6f3a85db0'],
    ['honest', 'b3243b4e307e0f11'],
    ['differential', 'c98dbd76942f40cd'],
    ['terms', '570630c0af4f182d'],
    ['pitfalls', 'ab3ab641f68489dc'],
    ['findings', 'e4bdf9bbe81858ba'],
  ])('%s', (part, expected) => {
    expect(digest(rounded(result.report[part]))).toBe(expected)
  })

  test('the numbers beside them', () => {
    const { ladders, exploits, honest, differential, terms, pitfalls, findings, ...rest } =
      result.report
    expect(rest).toEqual({
      seed: 3,
      budget: 900,
      evaluations: 895,
      tolerance: 0.01,
      range: { min: 0, max: 10 },
      perfect: [10, 10],
      truths: [
        { width: 128, height: 112, pixels: 1583 },
        { width: 128, height: 112, pixels: 1632 },
      ],
      worst: 'warning',
    })
  })

  test('masks', () => {
    expect(digest(rounded(result.masks.map(({ words }) => digest(words as never))))).toBe(
      '0b473236f5885c44',
    )
  })

  test('table and page', () => {
    const page = auditPage(result.report).replace(/<style>[^<]*<\/style>/, '')
    expect(page).not.toContain('<style')
    expect([auditTable(result.report), page].map(digest)).toEqual([
      '3695eb444c86a15f',
      '13d2ac86fd8f0bd4',
    ])
  })
})

test('the audit of a reward that no rule can tell asks about these masks, one after the other', async () => {
  // The last one is of another size, so that no mask of another truth fits it.
  const truths = [56, 56, 48].map((height, i) => vesselMask({ width: 64, height, seed: 3 + i }))
  const asked = createHash('sha256')
  let count = 0
  // By the pixels alone, but as if at random: the search goes on and on, up to its last try.
  const reward = (pred: { words: Int32Array }) => {
    let hash = 0
    for (const word of pred.words) hash = Math.imul(hash ^ word, 0x9e3779b1) ^ (hash >>> 15)
    asked.update(`${hash} `)
    count++
    return (hash >>> 0) / 2 ** 32
  }
  const onProgress = ({ phase, done, total }: AuditProgress) => {
    expect(done).toBeLessThanOrEqual(total)
    asked.update(`${phase} ${done} ${total}\n`)
  }
  const { report } = await auditReward(reward, truths, { budget: 1500, seed: 9, onProgress })
  expect(report.evaluations).toBe(count)
  const recipes = report.exploits.map(({ name, recipe, truth }) => [name, truth, ...recipe])
  expect([count, asked.digest('hex').slice(0, 16), digest(JSON.stringify(recipes))]).toEqual([
    1496,
    'e288f29dadfb6b36',
    '1bdb63db6dc09a38',
  ])
})

test('the made-up report gives this page and this table', () => {
  expect([auditPage(MADE_UP), auditTable(MADE_UP)].map(digest)).toEqual([
    'aeb9fd1f7d3ea62d',
    '27fbd0932bcb259e',
  ])
})
