import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BitMask } from '../../src/index.ts'
import { encodePng } from '../../src/node/index.ts'
import { DEFAULT_LIMITS } from '../../src/serve/limits.ts'
import { contentOf, maskOf } from '../../src/serve/mask-value.ts'
import type { RequestError } from '../../src/serve/request-error.ts'
import { readGoldenBits } from '../golden/golden.ts'
import { grid } from '../oracle/grid.ts'
import { anyMask } from '../property/masks.ts'
import { WIRE_FORMS } from './wire-masks.ts'

const read = (value: unknown, limits = {}) =>
  maskOf(value, 'prediction', { ...DEFAULT_LIMITS, ...limits })

function refused(value: unknown, limits = {}): RequestError {
  try {
    read(value, limits)
  } catch (error) {
    return error as RequestError
  }
  return expect.fail('expected an error')
}

describe.each(Object.entries(WIRE_FORMS))('%s', (_, form) => {
  test('hold any mask', () => {
    fc.assert(
      fc.property(anyMask(), (mask) => {
        const value = JSON.parse(JSON.stringify(form(mask)))
        expect(read(value).equals(BitMask.from(mask))).toBe(true)
      }),
    )
  })

  test('have one content for one mask, and different ones for different masks', () => {
    fc.assert(
      fc.property(anyMask(), anyMask(), (a, b) => {
        const same = contentOf(form(a), 'truth') === contentOf(form(b), 'truth')
        const isSame = a.width === b.width && a.height === b.height && `${a.data}` === `${b.data}`
        expect(same).toBe(isSame)
        expect(contentOf(form(a), 'truth')).toBe(
          contentOf(JSON.parse(JSON.stringify(form(a))), 'truth'),
        )
      }),
    )
  })

  test('are refused with more pixels than allowed', () => {
    const value = form(grid(4, 3, () => true))
    expect(read(value, { pixels: 12 }).count).toBe(12)
    expect(refused(value, { pixels: 11 })).toMatchObject({
      code: 'too-large',
      argument: 'prediction',
      message: 'expected a mask of at most 11 pixels, got 3 rows × 4 columns',
    })
  })
})

test('bits are what numpy.packbits makes', () => {
  const cases = readGoldenBits()
  expect(cases.length).toBeGreaterThan(100)
  for (const { bits, width, height, mask } of cases) {
    const expected = BitMask.from({ data: mask, width, height })
    expect(read({ bits, width, height }).equals(expected)).toBe(true)
  }
})

test('base64 of other alphabets and without padding', () => {
  const expected = read({ bits: '+/8=', width: 4, height: 4 })
  expect(expected.count).toBe(15)
  for (const bits of ['-_8=', '+/8', '-_8']) {
    expect(read({ bits, width: 4, height: 4 }).equals(expected)).toBe(true)
  }
})

test('the content of a mask is not that of a value that only looks like it', () => {
  const rle = { size: [2, 3], counts: '132' }
  const others = [
    { ...rle, size: ['2', 3] },
    { ...rle, size: [2, 3, 1] },
    { ...rle, more: 1 },
    { size: [2, 31], counts: '32' },
    { bits: '132', width: 2, height: 3 },
    { bits: '132', width: 2, height: 3, order: 'little' },
    { bits: '132', width: '2', height: 3 },
    { png: '2 3 132' },
    { png: '2 3 132', threshold: 1 },
    '2 3 132',
    null,
  ]
  const contents = [rle, ...others].map((value) => contentOf(value, 'truth'))
  expect(new Set(contents).size).toBe(contents.length)
})

const grey = Buffer.from(
  encodePng({ data: Uint8Array.of(0, 90, 180, 255), width: 2, height: 2 }),
).toString('base64')

test('grey images want a threshold: nobody would see a warning', () => {
  expect(refused({ png: grey })).toMatchObject({
    code: 'bad-mask',
    message: expect.stringMatching(/^png has 4 grey values; .* pass threshold: 127$/),
  })
  expect(read({ png: grey, threshold: 127 }).toUint8Array()).toEqual(Uint8Array.of(0, 0, 1, 1))
})

test('nested lists only where they are allowed', () => {
  const rows = [
    [0, 1],
    [1, 1],
  ]
  expect(refused(rows)).toMatchObject({ code: 'bad-mask', argument: 'prediction' })
  expect(refused(rows).message).toMatch(
    /nested lists, which are slow: allow them with --allow-lists/,
  )
  expect(read(rows, { lists: true }).toUint8Array()).toEqual(Uint8Array.of(0, 1, 1, 1))
  expect(refused(rows, { lists: true, pixels: 3 }).code).toBe('too-large')
  expect(refused([[0.5, 1]], { lists: true }).message).toMatch(/threshold/)
})

test.each<[unknown, RegExp]>([
  [undefined, /got undefined$/],
  [7, /expected a mask, \{ size.*got 7$/],
  ['132', /got '132'$/],
  [{}, /got the fields \(none\)$/],
  [{ a: 1, b: 1, c: 1, d: 1, e: 1 }, /got the fields 'a', 'b', 'c', 'd' and 1 more$/],
  [{ size: [1, 1] }, /got the fields 'size'$/],
  [
    { size: [1, 1], counts: [1], name: 'x' },
    /expected a mask of size, counts, got the field 'name'/,
  ],
  [{ size: [2, 2], counts: [3] }, /add up to the 4 pixels/],
  [{ size: [2], counts: [4] }, /size to be \[height, width\]/],
  [{ counts: [4] }, /size to be \[height, width\], got undefined/],
  [{ bits: 'AA==', width: 2.5, height: 1 }, /width to be an integer/],
  [{ bits: 'AA==', width: 2 }, /height to be a number, got undefined/],
  [{ bits: 'AA==', width: 9, height: 1 }, /bits to be 2 bytes for 9 × 1 pixels, got 1/],
  [{ bits: 'AAA=', width: 8, height: 1 }, /bits to be 1 bytes for 8 × 1 pixels, got 2/],
  [{ bits: 'AQ==', width: 7, height: 1 }, /bits after the last pixel to be 0/],
  [{ bits: 'A Q==', width: 8, height: 1 }, /bits to be base64 and nothing else, got 'A Q=='/],
  [{ bits: 'AQ=A', width: 8, height: 1 }, /bits to be base64 and nothing else/],
  [{ bits: 'A', width: 0, height: 1 }, /bits to be base64 and nothing else/],
  [{ bits: [1], width: 8, height: 1 }, /bits to be a string of base64, got an array of length 1/],
  [{ png: 'AAAA' }, /expected png to be a PNG/],
  [
    { png: Buffer.from('P4 4000000 4000000 ').toString('base64') },
    /expected png to be a PNG image, got /,
  ],
  [{ png: grey.slice(0, 40) }, /png/],
  [{ png: grey, threshold: '1' }, /threshold to be a number/],
  [{ png: grey, threshold: 255 }, /threshold to be less than 255/],
])('refuses %j', (value, message) => {
  expect(refused(value)).toMatchObject({
    code: 'bad-mask',
    argument: 'prediction',
    message: expect.stringMatching(message),
  })
})

test('masks without pixels', () => {
  for (const [width, height] of [
    [0, 0],
    [5, 0],
    [0, 5],
  ]) {
    const mask = read({ bits: '', width, height })
    expect([mask.width, mask.height, mask.count]).toEqual([width, height, 0])
  }
})
