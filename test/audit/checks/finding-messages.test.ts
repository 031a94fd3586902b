import { BitMask } from 'vessel-reward'
import { describe, expect, test } from 'vitest'
import * as findings from '../../../src/audit/checks/findings.ts'
import { percent, short } from '../../../src/audit/checks/term-checks.ts'

/** What is said, without what its type knows better here. */
const messages = (found: readonly { severity: string; message: string }[]) =>
  found.map(({ severity, message }) => `${severity}: ${message}`)

test.each([
  [0, '0'],
  [0.12345, '0.123'],
  [-12.345, '-12.3'],
  [999.9, '1000'],
  [1000.4, '1000'],
  [-9_999_999, '-9999999'],
  [10_000_001, '10000000'],
  [1.23456e9, '1230000000'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('%f is short for %s', (value, text) => {
  expect(short(value)).toBe(text)
  expect(percent(0.126)).toBe('13 %')
})

describe('findings in words:', () => {
  test('rises of a ladder', () => {
    const ladder = (rewards: number[][], inversions: [step: number, truth: number][]) => ({
      name: 'gaps',
      description: 'cuts',
      unit: 'number',
      steps: rewards.map((own, i) => ({
        label: `${i}`,
        rewards: own,
        mean: own.reduce((sum, one) => sum + one) / own.length,
        dice: 0.5,
      })),
      inversions: inversions.map(([step, truth]) => ({ step, truth })),
    })
    const of = (one: unknown, truths: number) =>
      messages(findings.ladderFindings([one as never], new Array(truths).fill({}), 0.1))
    expect(of(ladder([[3], [2], [2.5]], [[2, 0]]), 1)).toEqual([
      'warning: More gaps (cuts) is paid more once, most from 1 to 2 (number) on truth 0: by 0.5. Over the whole ladder the mean goes from 3 to 2.5.',
    ])
    const two = ladder(
      [
        [3, 1],
        [2, 5],
        [4, 6],
      ],
      [
        [1, 1],
        [2, 0],
        [2, 1],
      ],
    )
    expect(of(two, 3)).toEqual([
      'error: More gaps (cuts) is paid more 3 times on 2 of 3 truths, most from 0 to 1 (number) on truth 1: by 4. Over the whole ladder the mean goes from 2 to 5.',
    ])
    expect(of(ladder([[3], [1 / 0]], [[1, 0]]), 1)).toEqual([
      'error: More gaps (cuts) is paid more once, most from 0 to 1 (number) on truth 0: from 3 to Infinity. Over the whole ladder the mean is not finite.',
    ])
    expect(of(ladder([[3], [2.95]], []), 1)).toEqual([
      'info: The reward hardly notices gaps (cuts): its mean goes from 3 to 2.95.',
    ])
  })

  test('faults', () => {
    const faults = new Map([['throws', { kind: 'throws', example: 'it threw', times: 3 }]])
    expect(
      messages(findings.faultFindings({ subject: { faults, evaluations: 9 } } as never)),
    ).toEqual(['error: The reward misbehaves in 3 of 9 evaluations, first: it threw.'])
  })

  test('masks that are paid more than the truth', () => {
    const perfect = [{ reward: 5 }, { reward: 1 }, { reward: Number.NaN }]
    const scored = [
      { name: 'a', truth: 0, reward: 5.1, dice: 0.9 },
      { name: 'b', truth: 1, reward: 4, dice: 0.25 },
      { name: 'c', truth: 1, reward: 3, dice: 0.5 },
      { name: 'd', truth: 2, reward: 9, dice: 0.5 },
      { name: 'e', truth: 3, reward: 9, dice: 0.5 },
    ]
    const of = (tolerance: number) =>
      messages(findings.bestFinding({ scored, tolerance } as never, perfect as never))
    expect(of(0.2)).toEqual([
      'error: 2 masks are paid more than the truth itself: b (Dice 0.25) gets 4 on truth 1, the truth 1.',
    ])
    expect(of(0.01)[0]).toMatch(/^error: 3 masks /)
    expect(of(3)).toEqual([])
  })

  test('exploits', () => {
    const exploit = {
      ...{ name: 'full', recipe: ['empty', 'full'], truth: 1, reward: 6, dice: 0.2, clDice: 0.3 },
      ...{ honest: 4, gain: 2, truthsGamed: 2, truthsTried: 3, isExploit: true, isBad: true },
    }
    const all = [
      exploit,
      { ...exploit, isExploit: false },
      { ...exploit, name: 'search', dice: 0.5, gain: 1 / 0, truthsGamed: 1, truthsTried: 1 },
    ]
    expect(messages(findings.exploitFindings(all, 0.5))).toEqual([
      'error: A bad mask pays: full (empty, full) with Dice 0.2 and clDice 0.3 gets 6 on truth 1, an honest mask 4: 2 more. So on 2 of 3 truths.',
      'warning: A bad mask pays: the search found (empty, full) with Dice 0.5 and clDice 0.3 gets 6 on truth 1, an honest mask 4.',
    ])
  })

  test('terms', () => {
    const term = (isTotal: boolean, kinds: [string, string][]) =>
      ({ check: { name: isTotal ? 'total' : 'size' }, kinds: new Map(kinds), isTotal }) as never
    const kinds: [string, string][] = [
      ['constant', 'is 1'],
      ['wrong-sign', 'rises'],
      ['unbounded', 'has no end'],
      ['not-finite', 'is NaN'],
      ['out-of-range', 'is 9'],
    ]
    expect(messages(findings.termFindings([term(true, kinds), term(false, kinds)]))).toEqual([
      'error: The reward is 1. There is nothing to learn from it: does it look at the prediction?',
      'error: The reward rises. Is it a loss? Then its negative is the reward.',
      'warning: The reward has no end.',
      'warning: The term size is 1.',
      'error: The term size rises.',
      'warning: The term size has no end.',
      'error: The term size is NaN.',
      'error: The term size is 9.',
    ])
  })

  test('pitfalls', () => {
    const pitfall = { name: 'row', description: 'it is so', detail: 'a 1, b 2', isPassed: false }
    const all = [pitfall, { ...pitfall, isPassed: true }, { ...pitfall, detail: 'a NaN' }]
    expect(messages(findings.pitfallFindings(all as never))).toEqual([
      'warning: Pitfall “row”: expected that it is so; got a 1, b 2.',
      'error: Pitfall “row”: expected that it is so; got a NaN.',
    ])
  })

  test('what was not put to the test', () => {
    const [none, some] = [BitMask.from([[0]]), BitMask.from([[1]])]
    expect(messages(findings.emptyFindings([some]))).toEqual([])
    expect(messages(findings.emptyFindings([some, none, none]))).toEqual([
      'warning: 2 of 3 truths have no foreground pixel, the first is truth 1: they put the reward to no test. Is the threshold right?',
    ])
    expect(messages(findings.emptyFindings([none]))).toEqual([
      'error: No truth has a foreground pixel: the reward was not put to any test. Is the threshold right?',
    ])
    expect(findings.coverageFindings(4, 4, 4)).toEqual([])
    expect(messages(findings.coverageFindings(4, 4, 3))).toEqual([
      'info: The budget is enough for the ladders on 4 and the known exploits on 3 of 4 truths (100 % and 75 %).',
    ])
    expect(findings.coverageFindings(4, 1, 4)).toHaveLength(1)
  })
})
