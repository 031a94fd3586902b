import { BitMask, dice } from 'vessel-reward'
import {
  addBridges,
  addHairs,
  applyExploit,
  auditPage,
  auditReward,
  auditTable,
  cutGaps,
  dropBranches,
  shiftMask,
  speckle,
  strictReference,
} from 'vessel-reward/audit'
import { describe, expect, test } from 'vitest'
import { vesselMask } from '../../examples/procedural-vessels.ts'
import { MADE_UP } from './made-up-report.ts'

const TREE = vesselMask({ width: 64, height: 56, seed: 1 })

type Call = (options: unknown, ...more: unknown[]) => unknown
const CALLS: Record<string, { call: Call; valid: Record<string, unknown>; typo: string }> = {
  speckle: {
    call: (...rest) => call(speckle, TREE, ...rest),
    valid: { rate: 0.1, seed: 3 },
    typo: 'rat',
  },
  shiftMask: {
    call: (...rest) => call(shiftMask, TREE, ...rest),
    valid: { dx: 1, dy: 2 },
    typo: 'dX',
  },
  cutGaps: {
    call: (...rest) => call(cutGaps, TREE, ...rest),
    valid: { count: 1, length: 4, seed: 3 },
    typo: 'lenght',
  },
  dropBranches: {
    call: (...rest) => call(dropBranches, TREE, ...rest),
    valid: { count: 1, minLength: 4, seed: 3 },
    typo: 'minlength',
  },
  addHairs: {
    call: (...rest) => call(addHairs, TREE, ...rest),
    valid: { count: 1, length: 4, seed: 3 },
    typo: 'counts',
  },
  addBridges: {
    call: (...rest) => call(addBridges, TREE, ...rest),
    valid: { count: 1, maxLength: 9, seed: 3 },
    typo: 'maxlength',
  },
  applyExploit: {
    call: (...rest) => call(applyExploit, TREE, ['full'], ...rest),
    valid: { seed: 3, other: TREE },
    typo: 'sed',
  },
  auditPage: {
    call: (...rest) => call(auditPage, MADE_UP, ...rest),
    valid: { subject: 'it', truthNames: ['a'], pictures: [undefined] },
    typo: 'picture',
  },
  auditReward: {
    call: (...rest) => call(auditReward, dice, [TREE], ...rest),
    valid: {
      seed: 3,
      budget: 300,
      tolerance: 0.1,
      badDice: 0.6,
      badClDice: 0.6,
      constantShare: 0.9,
      good: [TREE],
      reference: { score: dice },
      termRanges: { dice: [0, 1] },
      onProgress: () => undefined,
      signal: new AbortController().signal,
    },
    typo: 'buget',
  },
}
const NAMES = Object.keys(CALLS)

function call(target: unknown, ...args: unknown[]): unknown {
  return (target as (...args: unknown[]) => unknown)(...args)
}

/** What a call throws, or its promise is rejected with. */
async function failure(run: () => unknown): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    return error
  }
  return undefined
}

describe.each(NAMES)('the options of %s', (name) => {
  const { call: run, valid, typo } = CALLS[name]

  test('with an unknown name are refused, and the nearest is named', async () => {
    const error = await failure(() => run({ ...valid, [typo]: 1 }))
    expect(error).toBeInstanceOf(RangeError)
    const nearest = Object.keys(valid).find((one) =>
      one.toLowerCase().startsWith(typo.slice(0, 2).toLowerCase()),
    )
    expect(String(error)).toContain(
      `unknown option '${typo}' of ${name}: did you mean '${nearest}'?`,
    )
  })

  test.each([[null], ['full'], [[1]], [3]])('are a plain object, not %j', async (wrong) => {
    const error = await failure(() => run(wrong))
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toContain(`expected the options of ${name} to be a plain object, got`)
  })

  test('are each read once', async () => {
    const reads: string[] = []
    const watched = {}
    for (const [key, value] of Object.entries(valid)) {
      const get = () => {
        reads.push(key)
        return value
      }
      Object.defineProperty(watched, key, { enumerable: true, get })
    }
    await run(watched)
    expect(reads.sort()).toEqual(Object.keys(valid).sort())
  })

  test('are the last argument', async () => {
    const error = await failure(() => run(valid, {}))
    expect(error).toBeInstanceOf(RangeError)
    expect(String(error)).toMatch(new RegExp(`${name} takes (\\d) arguments, got \\d$`))
  })
})

test('functions without options take none', () => {
  expect(() => call(auditTable, MADE_UP, {})).toThrow(
    new RangeError('auditTable takes 1 argument, got 2'),
  )
  expect(() => call(strictReference, TREE, TREE, { within: TREE })).toThrow(
    new RangeError('strictReference takes 2 arguments, got 3'),
  )
})

test.each([
  ['speckle', 'rate'],
  ['cutGaps', 'count'],
  ['dropBranches', 'count'],
  ['addHairs', 'count'],
  ['addBridges', 'count'],
])('%s needs its %s', (name, option) => {
  for (const options of [undefined, {}]) {
    expect(() => CALLS[name].call(options)).toThrow(
      new TypeError(`expected ${option} to be a number, got undefined`),
    )
  }
})

test.each<[string, unknown, Error]>([
  ['good', TREE, new TypeError('expected good to be an array, got an object')],
  ['reference', null, new TypeError('expected reference to be a function, got null')],
  ['onProgress', {}, new TypeError('expected onProgress to be a function, got an object')],
  [
    'signal',
    new AbortController(),
    new TypeError('expected signal to be an AbortSignal, got a AbortController'),
  ],
  [
    'termRanges',
    [],
    new TypeError(
      'expected termRanges to be an object of ranges by name, got an array of length 0',
    ),
  ],
  ['termRanges', { a: ['0', '1'] }, new RangeError("expected the range of 'a' to be [min, max]")],
  [
    'termRanges',
    { a: [0, Number.NaN] },
    new RangeError("expected the range of 'a' to be [min, max]"),
  ],
  [
    'seed',
    0.5,
    new RangeError('expected seed to be an integer from -2147483648 to 4294967296, got 0.5'),
  ],
  ['badDice', 2, new RangeError('expected badDice to be a finite number ≥ 0 and ≤ 1, got 2')],
  [
    'tolerance',
    Number.POSITIVE_INFINITY,
    new RangeError('expected tolerance to be a finite number ≥ 0, got Infinity'),
  ],
])('auditReward refuses a wrong %s, case %#', async (name, value, expected) => {
  expect(await failure(() => CALLS.auditReward.call({ [name]: value }))).toEqual(expected)
})

describe('what is not a report', () => {
  test.each<[unknown, string]>([
    [undefined, 'expected auditTable to get a report of auditReward, got undefined'],
    [[MADE_UP], 'expected auditTable to get a report of auditReward, got an array of length 1'],
    [
      Promise.resolve(),
      'expected auditTable to get a report of auditReward, got a Promise: await it',
    ],
    [
      { report: MADE_UP, masks: [] },
      'expected auditTable to get a report, got an object that holds one: pass result.report',
    ],
    [
      { ...MADE_UP, pitfalls: undefined },
      'expected auditTable to get a report of auditReward, got one without pitfalls',
    ],
  ])('case %# is refused', (wrong, message) => {
    expect(() => call(auditTable, wrong)).toThrow(new TypeError(message))
    const pageMessage = message.replace('auditTable', 'auditPage')
    expect(() => call(auditPage, wrong)).toThrow(new TypeError(pageMessage))
  })
})

describe('strictReference', () => {
  test('takes masks of every form', () => {
    const rows = [
      [1, 1, 1, 0],
      [0, 0, 0, 1],
    ]
    const image = { data: [1, 1, 1, 0, 0, 0, 0, 0], width: 4, height: 2 }
    const expected = strictReference(BitMask.from(image), BitMask.from(rows))
    expect(strictReference(image, rows)).toBe(expected)
    expect(expected).toBeGreaterThan(0)
  })

  test.each<[unknown, unknown, Error]>([
    [
      1,
      [[1]],
      new TypeError(
        'expected the prediction to be a mask: a BitMask, { data, width, height }, { data, shape }, a tensor or an array of rows, got 1',
      ),
    ],
    [
      [[1]],
      [[1, 0]],
      new RangeError('expected a prediction and a truth of equal size, got 1 × 1 and 2 × 1'),
    ],
  ])('refuses %j and %j', (pred, truth, error) => {
    expect(() => call(strictReference, pred, truth)).toThrow(error)
  })
})
