import { BitMask } from 'vessel-reward'
import { describe, expect, test } from 'vitest'
import { type AuditSubject, Subject } from '../../src/audit/audited-reward.ts'

const truth = BitMask.from([[1, 0, 1]])
const pred = BitMask.from([[1, 1, 0]])

/** What a reward does with one mask, and what was noted of it. */
function tried(reward: AuditSubject) {
  const subject = new Subject(reward)
  const value = subject.score(pred, truth, 'a mask')
  return { subject, value, faults: [...subject.faults.values()] }
}

/** What is noted of an explanation of a reward of 3, and the terms. */
function explained(explanation: unknown, reward = 3) {
  const subject = new Subject({ score: () => reward, explain: () => explanation as never })
  const terms = subject.explain(pred, truth, reward, 'a mask')
  return { terms, faults: [...subject.faults.values()].map(({ example }) => example) }
}

describe('a reward under audit', () => {
  test('that gives a number has no fault', () => {
    const { subject, value, faults } = tried(() => 2)
    expect({ value, faults }).toEqual({ value: 2, faults: [] })
    expect([subject.evaluations, subject.numbers, subject.explains]).toEqual([1, 1, false])
  })

  test.each<[string, () => unknown, number, string, string]>([
    ['no number', () => '2', Number.NaN, 'not-a-number', "it returned '2' for a mask"],
    [
      'a promise',
      async () => 2,
      Number.NaN,
      'not-a-number',
      'it returned a Promise (a reward must not be async) for a mask',
    ],
    ['NaN', () => Number.NaN, Number.NaN, 'not-finite', 'it returned NaN for a mask'],
    ['infinity', () => -1 / 0, -1 / 0, 'not-finite', 'it returned -Infinity for a mask'],
    [
      'an error',
      () => {
        throw new RangeError('not this\none')
      },
      Number.NaN,
      'throws',
      'it threw RangeError: not this for a mask',
    ],
    [
      'a text that is thrown',
      () => {
        throw 'no'
      },
      Number.NaN,
      'throws',
      "it threw 'no' for a mask",
    ],
  ])('is told that it gives %s', (_, score, expected, kind, example) => {
    const { subject, value, faults } = tried(score as never)
    expect(value).toBe(expected)
    expect(faults).toEqual([{ kind, example, times: 1 }])
    expect([subject.evaluations, subject.numbers]).toEqual([1, 0])
  })

  test('is told each kind of fault once, and how often', () => {
    const { subject } = tried(() => Number.NaN)
    subject.score(pred, truth, 'another mask')
    expect([...subject.faults.values()]).toEqual([
      { kind: 'not-finite', example: 'it returned NaN for a mask', times: 2 },
    ])
  })

  test('keeps to its range, up to rounding', () => {
    const faultsOf = (value: number) =>
      tried({ score: () => value, range: { min: -1, max: 2 } }).faults
    for (const value of [-1, -1 - 1e-10, 2, 2 + 1e-10]) expect(faultsOf(value)).toEqual([])
    for (const value of [-1.00001, 2.00001]) {
      expect(faultsOf(value)).toMatchObject([
        {
          kind: 'out-of-range',
          example: `it returned ${value} for a mask, outside its declared range from -1 to 2`,
        },
      ])
    }
  })

  test.each([[{ min: 2, max: 1 }], [{ min: '0', max: 1 }], [{ min: 0 }], [null], [() => 1]])(
    'declares no range by %o',
    (range) => {
      const { subject, faults } = tried({ score: () => 7, range: range as never })
      expect(subject.range).toBeUndefined()
      expect(faults).toEqual([])
    },
  )

  test('may declare one number as its range, and throw instead of one', () => {
    expect(new Subject({ score: () => 7, range: { min: 7, max: 7 } }).range).toEqual({
      min: 7,
      max: 7,
    })
    const hostile = {
      score: () => 7,
      get range(): never {
        throw new Error('none')
      },
    }
    expect(new Subject(hostile).range).toBeUndefined()
  })

  test('is told if it draws into a mask, which nothing else sees', () => {
    const before = [pred, truth].map((mask) => mask.toUint8Array())
    const subject = new Subject((p, t) => {
      p.words.fill(-1)
      t.words.fill(0)
      return 1
    })
    for (let time = 0; time < 2; time++) subject.score(pred, truth, 'a mask')
    expect([pred, truth].map((mask) => mask.toUint8Array())).toEqual(before)
    expect([...subject.faults.values()]).toEqual([
      {
        kind: 'changes-masks',
        example: 'it changed the pixels of the prediction that it was given for a mask',
        times: 4,
      },
    ])
  })

  test('is lent one copy of a truth for all predictions, and a new one once it was changed', () => {
    const seen: BitMask[] = []
    const subject = new Subject((_, t) => seen.push(t))
    for (let time = 0; time < 2; time++) subject.score(pred, truth, 'a mask')
    expect(seen[1]).toBe(seen[0])
    expect(seen[0]).not.toBe(truth)
    const careless = new Subject((_, t) => {
      t.words[0] ^= 1
      return seen.push(t)
    })
    for (let time = 0; time < 2; time++) careless.score(pred, truth, 'a mask')
    expect(seen[3]).not.toBe(seen[2])
    expect([...careless.faults.values()]).toMatchObject([
      { example: 'it changed the pixels of the truth that it was given for a mask', times: 2 },
    ])
  })
})

describe('an explanation', () => {
  test('gives terms as numbers, with their ranges where these are ranges', () => {
    const one = { value: 1, weight: 3, weighted: 3 }
    const { terms, faults } = explained({
      total: 3,
      terms: {
        a: { ...one, range: [0, 1] },
        b: { ...one, range: [1, 0] },
        c: { ...one, range: [0, 1, 2] },
        d: { value: '1', weight: '3', weighted: '3', range: [2, 2] },
        e: undefined,
      },
    })
    expect(faults).toEqual([])
    expect(terms).toEqual([
      { name: 'a', ...one, range: [0, 1] },
      { name: 'b', ...one, range: undefined },
      { name: 'c', ...one, range: undefined },
      { name: 'd', ...one, range: [2, 2] },
      { name: 'e', value: Number.NaN, weight: Number.NaN, weighted: Number.NaN, range: undefined },
    ])
  })

  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [{ total: 3 }, 'an object'],
    [{ total: 3, terms: null }, 'terms that are null'],
    [{ total: 3, terms: 'a' }, "terms that are 'a'"],
    [Promise.resolve(3), 'a Promise (a reward must not be async)'],
  ])('of %o is none', (explanation, got) => {
    expect(explained(explanation)).toEqual({
      terms: undefined,
      faults: [
        `explain gave ${got} for a mask, expected { total, terms: { name: { value, weight, weighted } } }`,
      ],
    })
  })

  test.each<[number, number, boolean]>([
    [3, 3, true],
    [3, 3 + 3.9e-9, true],
    [3, 3 - 3.9e-9, true],
    [3, 3 + 4.1e-9, false],
    [-3, -3 - 3.9e-9, true],
    [-3, 3, false],
    [0, 0.9e-9, true],
    [0, 1.1e-9, false],
    [Number.NaN, Number.NaN, true],
    [3, Number.NaN, false],
    [Number.NaN, 3, false],
    [1 / 0, 1 / 0, true],
    [1 / 0, -1 / 0, false],
    [1 / 0, 3, false],
  ])('for a reward of %f may have the total %f: %s', (reward, total, isSame) => {
    const { terms, faults } = explained({ total, terms: {} }, reward)
    expect(terms).toEqual([])
    expect(faults).toEqual(
      isSame ? [] : [`explain gave the total ${total} and score gave ${reward} for a mask`],
    )
  })

  test('that throws is a fault, and none without explain', () => {
    const subject = new Subject({
      score: () => 1,
      explain() {
        throw new Error('never')
      },
    })
    expect(subject.explains).toBe(true)
    expect(subject.explain(pred, truth, 1, 'a mask')).toBeUndefined()
    expect([...subject.faults.values()]).toEqual([
      { kind: 'throws', example: 'explain threw Error: never for a mask', times: 1 },
    ])
    expect(subject.evaluations).toBe(1)
    const silent = new Subject(() => 1)
    expect(silent.explain(pred, truth, 1, 'a mask')).toBeUndefined()
    expect(silent.evaluations).toBe(0)
  })
})

test.each([[undefined], [null], [3], [{ score: 3 }]])('no reward is %o', (reward) => {
  expect(() => new Subject(reward as never)).toThrow(
    /^expected a reward to be a function or an object with a method score, got /,
  )
})
