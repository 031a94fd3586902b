import { describe, expect, it } from 'vitest'
import { callNumber, NAMES } from '../../../tools/fuzz/campaign.ts'
import { callableNames, notCovered } from '../../../tools/fuzz/coverage.ts'
import { anyForm } from '../../../tools/fuzz/mask-forms.ts'
import { anyPicture } from '../../../tools/fuzz/pictures.ts'
import { Random } from '../../../tools/fuzz/random.ts'
import { ENTRIES } from '../../../tools/fuzz/subjects.ts'
import { difference, snapshot, unboundedNumber } from '../../../tools/fuzz/values.ts'
import { maskDifference } from '../../oracle/compare.ts'

const CALLS = 3 * NAMES.length

describe('npm run fuzz', () => {
  it.each(Object.entries(ENTRIES))('calls everything that %s exports', (_, entry) => {
    expect(notCovered(entry)).toEqual([])
    expect(callableNames(entry.exports).length).toBeGreaterThan(1)
  })

  it('says what is exported and not called, and what is called and not exported', () => {
    class Thing {
      static make() {}
      get size() {
        return 1
      }
    }
    const exports = { Thing, known: () => 1, other: () => 1, VALUE: 3 }
    const subjects = {
      known: { make: () => [], call: () => 1 },
      gone: { make: () => [], call: () => 1 },
    }
    expect(notCovered({ exports, subjects, left: { 'Thing.make': 'for the test' } })).toEqual([
      'Thing.size has no generator',
      'other has no generator',
      'gone is not exported',
    ])
  })

  it('finds nothing in three calls of each', () => {
    const reports: string[] = []
    let returned = 0
    for (let number = 0; number < CALLS; number++) {
      const { findings, hasReturned } = callNumber(7, number, [NAMES[number % NAMES.length]])
      reports.push(...findings.map(({ report }) => report))
      if (hasReturned) returned++
    }
    expect(reports).toEqual([])
    expect(returned).toBeGreaterThan(CALLS / 2)
  })

  it('makes the same call again by its number', () => {
    const first = [3, 4, 5, 6].map((number) => callNumber(7, number))
    expect([3, 4, 5, 6].map((number) => callNumber(7, number))).toEqual(first)
    expect(new Set(first.map(({ name }) => name)).size).toBeGreaterThan(1)
  })
})

describe('what a campaign goes by', () => {
  it('makes equal masks in other forms', () => {
    const kinds = new Set<string>()
    for (let seed = 0; seed < 300; seed++) {
      const random = new Random(seed)
      const picture = anyPicture(random, random.integer(1, 9), random.integer(1, 9))
      const form = anyForm(random, picture)
      kinds.add(
        Object.keys(Array.isArray(form) ? {} : form)
          .sort()
          .join(),
      )
      const bits = anyForm(new Random(seed + 1), picture)
      expect(difference(bits, anyForm(new Random(seed + 1), picture))).toBe('')
      expect(
        maskDifference(
          ENTRIES['vessel-reward'].subjects['BitMask.from'].call(form as never) as never,
          picture,
        ),
      ).toBe('')
    }
    expect(kinds.size).toBeGreaterThan(6)
  })

  it('tells values apart to the last bit', () => {
    const value = () => ({ a: [1, { b: Float64Array.of(0.1, 2) }], c: 'text' })
    expect(difference(value(), value())).toBe('')
    expect(difference({ a: 0 }, { a: -0 })).toBe('.a: 0 and -0')
    expect(difference([Number.NaN], [Number.NaN])).toBe('')
    expect(difference(Float64Array.of(1), Float32Array.of(1))).not.toBe('')
    expect(difference({ a: 1 }, { a: 1, b: undefined })).not.toBe('')
    expect(difference(new TypeError('a'), new RangeError('a'))).not.toBe('')
    expect(difference({ error: new TypeError('a') }, { value: 1 })).not.toBe('')
    expect(difference([1, 2], [1])).toBe('.length: 2 and 1')
  })

  it('sees changes of arguments, also in masks', () => {
    const data = [1, 0]
    const args = [{ data, width: 2, height: 1 }, Uint8Array.of(1, 2)]
    const before = snapshot(args)
    expect(difference(before, snapshot(args))).toBe('')
    data[1] = 1
    expect(difference(before, snapshot(args))).toBe('[0].data[1]: 0 and 1')
  })

  it('finds numbers that are not finite, but for declared bounds', () => {
    expect(unboundedNumber({ a: [1, { b: Float32Array.of(1, Number.NaN) }] })).toBe(
      '.a.1.b[1] is NaN',
    )
    expect(unboundedNumber({ range: [Number.NEGATIVE_INFINITY, 1], a: 2 })).toBe('')
    expect(unboundedNumber(Number.POSITIVE_INFINITY)).toBe('it is Infinity')
  })
})
